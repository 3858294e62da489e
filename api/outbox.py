"""Sends what the store wants to tell: at least once, in the order it was written."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple, Protocol

from sqlalchemy import delete, func, select, update

from api.store.database import Store
from api.store.tables import Outgoing

_BATCH: Final = 100
_KEPT: Final = timedelta(days=7)


class OutgoingEvent(NamedTuple):
    """One CloudEvent in structured mode (JSON), and the key of its partition."""

    key: str
    type: str
    event: bytes


class Publisher(Protocol):
    """Where events leave to: a topic or the local log. `fundguard` wires it."""

    def publish(self, events: Sequence[OutgoingEvent]) -> None:
        """Hand over these events in this order; return only once all of them are safe.

        An exception means none may be taken for sent: they will all come again.
        """


class Outbox:
    """Relays the outbox; a row is marked as sent only after the publisher has answered."""

    def __init__(self, store: Store, publisher: Publisher) -> None:
        self._store = store
        self._publisher = publisher

    def step(self) -> bool:
        with self._store.read() as session:
            rows = session.execute(
                select(Outgoing.id, Outgoing.key, Outgoing.type, Outgoing.event)
                .where(Outgoing.sent_at.is_(None))
                .order_by(Outgoing.id)
                .limit(_BATCH)
            ).all()
        if not rows:
            return False
        self._publisher.publish([OutgoingEvent(row.key, row.type, row.event) for row in rows])
        with self._store.write() as session:
            session.execute(
                update(Outgoing)
                .where(Outgoing.id.in_([row.id for row in rows]))
                .values(sent_at=datetime.now(UTC))
            )
            session.execute(delete(Outgoing).where(Outgoing.sent_at < datetime.now(UTC) - _KEPT))
        return True


def waiting(store: Store) -> int:
    """How many events have not left yet."""
    with store.read() as session:
        query = select(func.count()).select_from(Outgoing).where(Outgoing.sent_at.is_(None))
        return session.scalar(query) or 0
