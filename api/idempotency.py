"""Requests that may safely be sent twice (draft-ietf-httpapi-idempotency-key-header-07).

The answer is stored in the same transaction as what the request did, so a repeated request
either finds both or neither. Only answers that did something are kept: after an error the same
key may try again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from api.store.database import Store
from api.store.tables import Idempotency

_KEPT: Final = timedelta(hours=24)
_IN_FLIGHT: Final = timedelta(seconds=60)  # whoever has not answered by then has crashed


class KeyReused(ValueError):
    """The key was used for another request."""


class StillInFlight(Exception):
    """The first request of this key has not been answered yet."""


class Answer(NamedTuple):
    """An answer that can be given again, byte for byte."""

    status: int
    body: bytes
    etag: str | None = None
    location: str | None = None


class Request(NamedTuple):
    """Who asks what; without a key it is simply done."""

    actor: str
    key: str | None
    method: str
    path: str
    body: bytes

    @property
    def digest(self) -> str:
        parts = (self.method.encode(), self.path.encode(), self.body)
        return hashlib.sha256(b"\x00".join(parts)).hexdigest()


def once(store: Store, request: Request, work: Callable[[Session], Answer]) -> Answer:
    """Do the work in one transaction, or give the answer it gave before."""
    if request.key is None:
        with store.write() as session:
            return work(session)
    earlier = _reserve(store, request)
    if earlier is not None:
        return earlier
    try:
        with store.write() as session:
            answer = work(session)
            _complete(session, request, answer)
    except BaseException:
        with store.write() as session:
            _forget(session, request)
        raise
    return answer


def forget_old(session: Session) -> None:
    oldest = datetime.now(UTC) - _KEPT
    session.execute(delete(Idempotency).where(Idempotency.created_at < oldest))


def _reserve(store: Store, request: Request) -> Answer | None:
    now = datetime.now(UTC)
    try:
        with store.write() as session:
            row = session.get(Idempotency, (request.actor, request.key), with_for_update=True)
            if row is not None and row.created_at > now - _KEPT:
                return _earlier(row, request, now)
            if row is not None:
                session.delete(row)
                session.flush()
            session.add(
                Idempotency(
                    actor=request.actor,
                    key=request.key,
                    request_digest=request.digest,
                    created_at=now,
                )
            )
    except IntegrityError as error:
        raise StillInFlight from error  # the same request came in twice at the same moment
    return None


def _earlier(row: Idempotency, request: Request, now: datetime) -> Answer | None:
    if row.request_digest != request.digest:
        raise KeyReused
    if row.status is not None:
        return Answer(row.status, row.body or b"", row.etag, row.location)
    if row.created_at > now - _IN_FLIGHT:
        raise StillInFlight
    row.created_at = now
    return None


def _complete(session: Session, request: Request, answer: Answer) -> None:
    row = session.get(Idempotency, (request.actor, request.key))
    if row is not None:
        row.status, row.body = answer.status, answer.body
        row.etag, row.location = answer.etag, answer.location


def _forget(session: Session, request: Request) -> None:
    session.execute(
        delete(Idempotency).where(
            Idempotency.actor == request.actor,
            Idempotency.key == request.key,
            Idempotency.status.is_(None),
        )
    )
