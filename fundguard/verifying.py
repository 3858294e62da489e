"""Verifying: that every event has exactly one decision, and that it is the right one.

The whole log is audited afresh, in memory, and must end with the very alerts that the worker
published, byte for byte. (Models learn in the order of arrival; their alerts are left out.)
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NamedTuple, Protocol

from domain.decode import MalformedEvent, decode
from domain.events import ClaimEvent
from engine.auditor import Auditor, StatesInMemory
from engine.book import Book
from engine.intake import register_of
from fundguard.auditing import CHUNK, Report
from stream.local.alerts import LocalAlerts
from stream.local.database import connect

MODEL_ALERTS: Final = "AN-"


class Decided(NamedTuple):
    """An event of the log, and whether it lies among the dead letters."""

    raw: bytes
    dead: bool


class Ledger(Protocol):
    """What a stream has taken in and what it made of it."""

    def waiting(self) -> int:
        """Events not decided yet."""
        ...

    def events(self) -> Iterator[Decided]: ...

    def alerts(self) -> dict[str, bytes]: ...


@dataclass
class Findings:
    """What verification found; all is well when every list is empty."""

    events: int = 0
    dead_letters: int = 0
    waiting: int = 0
    undecided: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    surplus: list[str] = field(default_factory=list)
    different: list[str] = field(default_factory=list)

    @property
    def sound(self) -> bool:
        return not (self.undecided or self.missing or self.surplus or self.different)


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

    def events(self) -> Iterator[Decided]:
        rows = self._database.execute(
            "SELECT e.raw, d.log_offset IS NOT NULL FROM events e CROSS JOIN progress "
            "LEFT JOIN dead_letters d USING (log_offset) "
            "WHERE e.log_offset <= applied ORDER BY e.log_offset"
        )
        for raw, dead in rows:
            yield Decided(raw, bool(dead))

    def alerts(self) -> dict[str, bytes]:
        reader = LocalAlerts(self._folder)
        try:
            return dict(reader.standing())
        finally:
            reader.close()


def verify(ledger: Ledger, book: Book) -> Findings:
    """Audit the ledger's events afresh and compare."""
    findings = Findings(waiting=ledger.waiting())
    for event in _decoded(ledger, Findings()):
        if (entry := register_of(event)) is not None:
            book.registers.put(entry)
    report = Report()
    auditor = Auditor(book, StatesInMemory())
    for chunk in _chunks(_decoded(ledger, findings)):
        report.add(auditor.take(chunk))
    _compare(_rule_alerts(report.alerts), _rule_alerts(ledger.alerts()), findings)
    return findings


def _decoded(ledger: Ledger, findings: Findings) -> Iterator[ClaimEvent]:
    for raw, dead in ledger.events():
        findings.events += 1
        findings.dead_letters += dead
        try:
            event = decode(raw)
        except MalformedEvent as error:
            if not dead:
                findings.undecided.append(f"第 {findings.events} 个事件既未审核也未入死信: {error}")
            continue
        if not dead:
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
