"""Keeps the queue in the order the ranker gives it: learns each decision, then ranks again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final, NamedTuple

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from api.store import changes
from api.store.changes import Kind
from api.store.database import Store
from api.store.tables import Alert, Decision, RankerState
from detectors.ranker import Ranker, Traits

_NAME: Final = "queue"
_LESSONS: Final = 500  # decisions learned in one transaction
_BATCH: Final = 2_000  # alerts ranked in one transaction: some 50 ms of SQLite's write lock
_NOTICEABLE: Final = 0.002  # a fifth of the points that pages show; smaller moves wait
_TRAITS: Final = (
    Alert.rule_id,
    Alert.severity,
    Alert.amount,
    Alert.fixmedins_code,
    Alert.phase,
    Alert.status,
    Alert.has_score,
)


class Known(NamedTuple):
    """A ranker and the version of its state; version 0 has learned nothing."""

    version: int
    ranker: Ranker


class Ranking:
    """Learns from decisions not yet learned, then gives every open alert its new priority."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._ranked_version: int | None = None

    def step(self) -> bool:
        """One round; True if there was anything to learn or to rank."""
        learned = self._learn()
        with self._store.read() as session:
            known = load(session)
        if known.version == self._ranked_version:
            return learned
        self._rank_all(known.ranker)
        self._ranked_version = known.version
        return True

    def _learn(self) -> bool:
        with self._store.read() as session:
            query = select(Decision.id).where(Decision.learned.is_(False)).limit(1)
            if session.scalar(query) is None:
                return False
        with self._store.write() as session:
            known = load(session, for_update=True)
            lessons = session.execute(
                select(Decision.id, Decision.decision, *_TRAITS)
                .join(Alert, Alert.alert_id == Decision.alert_id)
                .where(Decision.learned.is_(False))
                .order_by(Decision.id)
                .limit(_LESSONS)
            ).all()
            for _, decision, *columns in lessons:
                known.ranker.learn_one(_traits(columns), confirmed=decision == "confirmed")
            _save(session, known)
            session.execute(
                update(Decision)
                .where(Decision.id.in_([row.id for row in lessons]))
                .values(learned=True)
            )
        return True

    def _rank_all(self, ranker: Ranker) -> None:
        """Rank every open alert: one pass to read, short transactions to write what moved."""
        with self._store.read() as session:
            rows = session.execute(
                select(Alert.alert_id, Alert.priority, *_TRAITS).where(Alert.state == "open")
            ).yield_per(_BATCH)
            for batch in rows.partitions():
                self._move(_moved(ranker, batch))
        with self._store.write() as session:
            changes.announce(session, Kind.RANKING, [_NAME])

    def _move(self, moved: Sequence[dict[str, object]]) -> None:
        if moved:
            with self._store.write() as session:
                session.execute(update(Alert), moved)


def _moved(ranker: Ranker, rows: Iterable[Sequence[Any]]) -> list[dict[str, object]]:
    """The alerts of a batch whose priority changes by more than nobody would see."""
    moved: list[dict[str, object]] = []
    for alert_id, stored, *columns in rows:
        score = _rounded(ranker.score_one(_traits(columns)))
        if abs(score - stored) >= _NOTICEABLE:
            moved.append({"alert_id": alert_id, "priority": score})
    return moved


def load(session: Session, *, for_update: bool = False) -> Known:
    """The ranker as it is stored. A state this version cannot read starts anew."""
    query = select(RankerState).where(RankerState.name == _NAME)
    row = session.scalar(query.with_for_update() if for_update else query)
    if row is None:
        return Known(0, Ranker())
    try:
        return Known(row.version, Ranker.from_bytes(row.state))
    except ValueError:
        return Known(row.version, Ranker())


def version(session: Session) -> int:
    """The version `load` would answer, without the state."""
    query = select(RankerState.version).where(RankerState.name == _NAME)
    return session.scalar(query) or 0


def traits(alert: Alert) -> Traits:
    """What the ranker looks at of a stored alert."""
    return Traits(
        alert.rule_id,
        alert.severity,
        float(alert.amount),
        alert.fixmedins_code,
        alert.phase,
        alert.status,
        alert.has_score,
    )


def priority(ranker: Ranker, alert: Alert) -> float:
    """The priority as it is stored and sorted by."""
    return _rounded(ranker.score_one(traits(alert)))


def _rounded(score: float) -> float:
    return round(score, 6)  # the same number in the database, in a cursor and on the page


def _traits(columns: Sequence[object]) -> Traits:
    rule, severity, amount, institution, phase, status, has_score = columns
    assert isinstance(severity, int)
    assert isinstance(amount, Decimal)
    return Traits(
        str(rule),
        severity,
        float(amount),
        str(institution),
        str(phase),
        str(status),
        bool(has_score),
    )


def _save(session: Session, known: Known) -> None:
    row = {
        "version": known.version + 1,
        "state": known.ranker.to_bytes(),
        "updated_at": datetime.now(UTC),
    }
    if known.version:
        session.execute(update(RankerState).where(RankerState.name == _NAME).values(**row))
    else:
        session.execute(insert(RankerState).values(name=_NAME, **row))
