"""Verifying: that every event has exactly one decision, and that it is the right one.

The whole log is audited afresh, in memory, and must end with the very alerts that the worker
published, byte for byte. (Models learn in the order of arrival; their alerts are left out.) Of a
log that was cut only the accounting is checked: what it still should hold is there and decided.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NamedTuple, Protocol

from domain.decode import MalformedEvent, decode
from domain.events import ClaimEvent
from domain.moments import Moment, iso
from engine.auditor import Auditor, StatesInMemory
from engine.book import Book
from engine.intake import register_of
from fundguard.auditing import CHUNK, Report
from stream.local.alerts import LocalAlerts
from stream.local.database import connect

MODEL_ALERTS: Final = "AN-"


class Decided(NamedTuple):
    """An event of the log, or why it is none, and whether it lies among the dead letters."""

    place: str
    event: ClaimEvent | MalformedEvent
    dead: bool


class Ledger(Protocol):
    """What a stream has taken in and what it made of it."""

    def waiting(self) -> int:
        """Events not decided yet."""
        ...

    def kept_since(self) -> Moment | None:
        """The time from which on all events are there; None when none was ever cut off."""
        ...

    def gaps(self) -> list[str]:
        """Events that should be there and are not."""
        ...

    def events(self) -> Iterator[Decided]:
        """Every event that is there and decided, in the order of arrival."""
        ...

    def alerts(self) -> dict[str, bytes]:
        """The last form of each alert that is not to be forgotten."""
        ...


@dataclass
class Findings:
    """What verification found; all is well when every list is empty."""

    events: int = 0
    dead_letters: int = 0
    waiting: int = 0
    kept_since: str | None = None
    lost: list[str] = field(default_factory=list)
    undecided: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    surplus: list[str] = field(default_factory=list)
    different: list[str] = field(default_factory=list)

    @property
    def sound(self) -> bool:
        return not (self.lost or self.undecided or self.missing or self.surplus or self.different)


class LocalLedger:
    """The event log, dead letters and alerts of one data directory."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._database = connect(folder)

    def waiting(self) -> int:
        (count,) = self._database.execute(
            "SELECT count(*) FROM events, progress WHERE log_offset > applied"
        ).fetchone()
        return int(count)

    def kept_since(self) -> Moment | None:
        trimmed, kept_since = self._database.execute(
            "SELECT trimmed, kept_since FROM progress"
        ).fetchone()
        return Moment(kept_since) if trimmed else None

    def gaps(self) -> list[str]:
        rows = self._database.execute(
            "SELECT before + 1, next - 1 FROM (SELECT log_offset AS next, "
            "lag(log_offset, 1, trimmed) OVER (ORDER BY log_offset) AS before "
            "FROM events CROSS JOIN progress WHERE log_offset <= applied "
            "UNION ALL SELECT applied + 1, (SELECT coalesce(max(log_offset), trimmed) FROM events "
            "WHERE log_offset <= applied) FROM progress) WHERE next > before + 1"
        )
        return [f"{first}-{last}" for first, last in rows]

    def events(self) -> Iterator[Decided]:
        rows = self._database.execute(
            "SELECT e.log_offset, e.raw, d.log_offset IS NOT NULL FROM events e "
            "CROSS JOIN progress LEFT JOIN dead_letters d USING (log_offset) "
            "WHERE e.log_offset <= applied ORDER BY e.log_offset"
        )
        for offset, raw, dead in rows:
            yield Decided(str(offset), _read(raw), bool(dead))

    def alerts(self) -> dict[str, bytes]:
        reader = LocalAlerts(self._folder)
        try:
            return dict(reader.standing())
        finally:
            reader.close()

    def close(self) -> None:
        self._database.close()


def verify(ledger: Ledger, book: Book) -> Findings:
    """Audit the ledger's events afresh and compare; check the accounting alone if it was cut."""
    since = ledger.kept_since()
    findings = Findings(
        waiting=ledger.waiting(),
        kept_since=None if since is None else iso(since),
        lost=ledger.gaps(),
    )
    if since is not None:
        for _ in _accounted(ledger, findings):
            pass
        return findings
    for event in _accounted(ledger, Findings()):
        if (entry := register_of(event)) is not None:
            book.registers.put(entry)
    report = Report()
    auditor = Auditor(book, StatesInMemory())
    for chunk in _chunks(_accounted(ledger, findings)):
        report.add(auditor.take(chunk))
    _compare(_rule_alerts(report.alerts), _rule_alerts(ledger.alerts()), findings)
    return findings


def _read(raw: bytes) -> ClaimEvent | MalformedEvent:
    try:
        return decode(raw)
    except MalformedEvent as error:
        return error


def _accounted(ledger: Ledger, findings: Findings) -> Iterator[ClaimEvent]:
    """The events that were audited; those that nobody decided are noted."""
    for place, event, dead in ledger.events():
        findings.events += 1
        findings.dead_letters += dead
        if dead:
            continue
        if isinstance(event, MalformedEvent):
            findings.undecided.append(f"{place} 既未审核也未入死信: {event}")
        else:
            yield event


def _chunks(events: Iterable[ClaimEvent]) -> Iterator[list[ClaimEvent]]:
    chunk: list[ClaimEvent] = []
    for event in events:
        chunk.append(event)
        if len(chunk) == CHUNK:
            yield chunk
            chunk = []
    yield chunk


def _rule_alerts(alerts: dict[str, bytes]) -> dict[str, bytes]:
    return {id_: body for id_, body in alerts.items() if not id_.startswith(MODEL_ALERTS)}


def _compare(right: dict[str, bytes], found: dict[str, bytes], findings: Findings) -> None:
    findings.missing = sorted(right.keys() - found.keys())
    findings.surplus = sorted(found.keys() - right.keys())
    findings.different = sorted(
        id_ for id_ in right.keys() & found.keys() if right[id_] != found[id_]
    )
