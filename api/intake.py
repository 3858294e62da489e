"""Takes alerts into the store: each once, in their last form, and never over a reviewer's word."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Final, NamedTuple, Protocol

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from api import ranking
from api.queue.states import PENDING, queue_state
from api.ranking import Known
from api.store import changes
from api.store.changes import Kind
from api.store.database import Store
from api.store.tables import Alert, Offset
from detectors.ranker import Ranker
from domain import alerts as language
from domain.moments import ImpossibleTime, moment, to_datetime
from domain.money import ImpossibleAmount, checked

_LOG: Final = logging.getLogger("fundguard.api")
LATE_EVIDENCE: Final = "迟到证据"
_LONGEST_COLUMN: Final = 256  # an index entry has a limit; the content keeps every character
_ALERT_ID: Final = re.compile(r"[A-Za-z0-9._:-]{1,80}")


class AlertRecord(NamedTuple):
    """One record of the alerts topic or log; ``value`` None is a tombstone for the key."""

    partition: str
    offset: int
    key: str
    value: bytes | None


class AlertSource(Protocol):
    """Where alerts come from: a topic or the local log. `fundguard` wires it."""

    def poll(self, position: Mapping[str, int]) -> Sequence[AlertRecord]:
        """Records from ``position`` on, in order within a partition.

        ``position`` names the next offset wanted of each partition; a partition it does not name
        is wanted from its beginning. May wait up to a second when there is nothing.
        """

    def behind(self, position: Mapping[str, int]) -> int:
        """How many records lie at or after ``position``: the intake's lag."""


class MalformedAlert(ValueError):
    """A record that is no alert: our own worker's bug, counted and left on the topic."""


class Intake:
    """Reads the source and writes the store, the position in the same transaction."""

    def __init__(self, store: Store, source: AlertSource) -> None:
        self._store = store
        self._source = source
        self._position: dict[str, int] | None = None
        self._known: Known | None = None
        self.malformed = 0
        self.stored = 0

    def step(self) -> bool:
        """Take in one batch; False when there was none."""
        position = self._position
        if position is None:
            position = self._read_position()
        records = self._source.poll(position)
        if records:
            self._position = None  # until this batch is committed, only the store knows
            self._store_batch(records)
        self._position = self._read_position() if records else position
        return bool(records)

    def lag(self) -> int:
        """Records that wait to be taken in."""
        position = self._position
        return self._source.behind(self._read_position() if position is None else position)

    def _read_position(self) -> dict[str, int]:
        with self._store.read() as session:
            return {row.partition: row.next_offset for row in session.scalars(select(Offset))}

    def _store_batch(self, records: Sequence[AlertRecord]) -> None:
        with self._store.write() as session:
            offsets = {
                row.partition: row for row in session.scalars(select(Offset).with_for_update())
            }
            # Another process may have come further since we polled: theirs must not be undone.
            fresh = [
                record
                for record in records
                if record.partition not in offsets
                or record.offset >= offsets[record.partition].next_offset
            ]
            changed = self._apply(session, fresh)
            for record in fresh:
                row = offsets.get(record.partition)
                if row is None:
                    row = offsets[record.partition] = Offset(partition=record.partition)
                    session.add(row)
                row.next_offset = record.offset + 1
            changes.announce(session, Kind.ALERT, changed)

    def _apply(self, session: Session, records: Sequence[AlertRecord]) -> list[str]:
        """Write the last record of every key; answer the ids of alerts that changed."""
        last = {record.key: record for record in records}
        arrived: dict[str, language.Alert] = {}
        for record in last.values():
            if record.value is not None:
                try:
                    alert = read_alert(record.value)
                except MalformedAlert as error:
                    self.malformed += 1
                    _LOG.error("%s/%d is no alert: %s", record.partition, record.offset, error)
                    continue
                arrived[alert.alert_id] = alert
        gone = [key for key, record in last.items() if record.value is None]
        stored = _stored(session, [*arrived, *gone])
        ranker = self._current_ranker(session)
        changed = [key for key in gone if _withdraw(stored.get(key))]
        for key, alert in arrived.items():
            if key not in stored:
                session.add(_new_row(alert, ranker))
                changed.append(key)
            elif _replace(stored[key], alert, ranker):
                changed.append(key)
        self.stored += len(changed)
        return changed

    def _current_ranker(self, session: Session) -> Ranker:
        known = self._known
        if known is None or known.version != ranking.version(session):
            self._known = known = ranking.load(session)
        return known.ranker


def read_alert(value: bytes) -> language.Alert:
    """The alert in a record's value."""
    try:
        alert = language.ALERT_DECODER.decode(value)
        checked(Decimal(alert.amount))
        checked(Decimal(alert.amount_counted))
        moment(alert.occurred_at)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise MalformedAlert(type(error).__name__) from error
    except (InvalidOperation, ImpossibleAmount, ImpossibleTime) as error:
        raise MalformedAlert(type(error).__name__) from error
    if not _ALERT_ID.fullmatch(alert.alert_id):
        raise MalformedAlert("alert_id")
    return alert


def columns(alert: language.Alert) -> dict[str, object]:
    """The engine's part of a row: the content, and what of it is filtered by."""
    return {
        "content": language.encode(alert).decode(),
        "rule_id": _text(alert.rule_id),
        "name": _text(alert.name),
        "name_en": _text(alert.name_en),
        "severity": alert.severity,
        "status": _text(alert.status),
        "phase": _text(alert.phase),
        "has_score": alert.score is not None,
        "psn_no": _text(alert.psn_no),
        "fixmedins_code": _text(alert.fixmedins_code),
        "practitioner": _text(alert.practitioner),
        "mdtrt_id": _text(alert.mdtrt_id),
        "setl_id": _text(alert.setl_id),
        "amount": Decimal(alert.amount),
        "amount_counted": Decimal(alert.amount_counted),
        "occurred_at": to_datetime(moment(alert.occurred_at)),
        "withdrawn": alert.state == language.WITHDRAWN,
        "withdrawn_by": alert.withdrawn_by,
        "withdrawn_reason": None,
    }


def _text(value: str) -> str:
    return value[:_LONGEST_COLUMN].replace("\x00", "")  # PostgreSQL's text holds no NUL


def _stored(session: Session, keys: Sequence[str]) -> dict[str, Alert]:
    rows = session.scalars(select(Alert).where(Alert.alert_id.in_(keys)).with_for_update())
    return {row.alert_id: row for row in rows}


def _new_row(alert: language.Alert, ranker: Ranker) -> Alert:
    now = datetime.now(UTC)
    row = Alert(
        alert_id=alert.alert_id,
        review_status=PENDING,
        version=1,
        created_at=now,
        updated_at=now,
        **columns(alert),
    )
    row.state = queue_state(row.withdrawn, row.review_status)
    row.priority = ranking.priority(ranker, row)
    return row


def _replace(row: Alert, alert: language.Alert, ranker: Ranker) -> bool:
    """Give a stored alert its new content; False if it is the same one delivered again."""
    new = columns(alert)
    if row.content == new["content"] and row.withdrawn == new["withdrawn"]:
        return False
    for name, value in new.items():
        setattr(row, name, value)
    row.priority = ranking.priority(ranker, row)
    _changed(row)
    return True


def _withdraw(row: Alert | None) -> bool:
    """What a tombstone means: evidence that came late takes the alert back."""
    if row is None or row.withdrawn:
        return False
    row.withdrawn = True
    row.withdrawn_reason = LATE_EVIDENCE
    _changed(row)
    return True


def _changed(row: Alert) -> None:
    row.state = queue_state(row.withdrawn, row.review_status)
    row.version += 1
    row.updated_at = datetime.now(UTC)
