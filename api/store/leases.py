"""Lets one of several processes do a job, and another take over when that one is gone."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import insert, update
from sqlalchemy.exc import IntegrityError

from api.store.database import Store
from api.store.tables import Lease

_DURATION: Final = timedelta(seconds=30)
_RENEW_AFTER: Final = timedelta(seconds=10)


class Leased:
    """A step that only the process with the lease takes; the others look again later."""

    def __init__(self, store: Store, job: str, step: Callable[[], bool]) -> None:
        self._store = store
        self._job = job
        self._step = step
        self._holder = secrets.token_hex(8)
        self._renew_at = datetime.min.replace(tzinfo=UTC)

    def __call__(self) -> bool:
        now = datetime.now(UTC)
        if now >= self._renew_at:
            if not hold(self._store, self._job, self._holder, _DURATION):
                return False
            self._renew_at = now + _RENEW_AFTER
        return self._step()

    def release(self) -> None:
        """Let the next process have the job at once."""
        release(self._store, self._job, self._holder)
        self._renew_at = datetime.min.replace(tzinfo=UTC)


def hold(store: Store, job: str, holder: str, duration: timedelta) -> bool:
    """Take or renew the lease on a job; False while somebody else has it."""
    now = datetime.now(UTC)
    mine_or_over = (Lease.holder == holder) | (Lease.until < now)
    with store.write() as session:
        renewed = session.execute(
            update(Lease)
            .where(Lease.job == job, mine_or_over)
            .values(holder=holder, until=now + duration)
            .returning(Lease.job)
        ).first()
        if renewed is not None:
            return True
        if session.get(Lease, job) is not None:
            return False
    try:
        with store.write() as session:
            session.execute(insert(Lease).values(job=job, holder=holder, until=now + duration))
    except IntegrityError:
        return False  # another process was first
    return True


def release(store: Store, job: str, holder: str) -> None:
    """Let the next process have the job at once."""
    with store.write() as session:
        session.execute(
            update(Lease)
            .where(Lease.job == job, Lease.holder == holder)
            .values(until=datetime.now(UTC))
        )
