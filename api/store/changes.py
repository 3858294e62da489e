"""What changed, in the order it was committed: the console's live pages follow this.

The sequence comes from a counter row that stays locked until its transaction ends, so no number
ever appears below one that a reader has already seen.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final, NamedTuple

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from api.store.tables import Change, Counter

_COUNTER: Final = "changes"
_KEPT: Final = timedelta(hours=24)


class Kind(StrEnum):
    ALERT = "alert"
    CASE = "case"
    RANKING = "ranking"


class Seen(NamedTuple):
    seq: int
    kind: str
    subject: str


def announce(session: Session, kind: Kind, subjects: Sequence[str]) -> None:
    """Tell the live pages, once this transaction is committed."""
    if not subjects:
        return
    last = session.scalars(
        update(Counter)
        .where(Counter.name == _COUNTER)  # the first migration makes this row
        .values(value=Counter.value + len(subjects))
        .returning(Counter.value)
    ).one()
    now = datetime.now(UTC)
    first = last - len(subjects) + 1
    session.execute(
        insert(Change),
        [
            {"seq": first + number, "kind": kind.value, "subject": subject, "at": now}
            for number, subject in enumerate(subjects)
        ],
    )


def latest(session: Session) -> int:
    return session.scalar(select(func.max(Change.seq))) or 0


def after(session: Session, seq: int, limit: int) -> list[Seen]:
    rows = session.execute(
        select(Change.seq, Change.kind, Change.subject)
        .where(Change.seq > seq)
        .order_by(Change.seq)
        .limit(limit)
    )
    return [Seen(*row) for row in rows]


def forget_old(session: Session) -> None:
    session.execute(delete(Change).where(Change.at < datetime.now(UTC) - _KEPT))
