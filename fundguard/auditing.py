"""Auditing files: the engine over events at rest, all states in memory.

The registers of all files are read first, since they hold by their own dates; then the events go
through in chunks. What is left at the end is written sorted by alert id, so that equal input gives
an equal file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Final

import msgspec

from domain.decode import MalformedEvent, decode
from domain.events import ClaimEvent
from domain.facts import Registered
from domain.moments import Moment
from engine.auditor import Auditor, Chunk, StatesInMemory
from engine.book import Book
from engine.intake import register_of
from fundguard.files import Numbered, lines
from fundguard.parallel import ParallelAuditor

CHUNK: Final = 20_000  # events; larger ones save little and hold more in memory


@dataclass
class Report:
    """What an audit of files led to."""

    events: int = 0
    rejected: int = 0
    too_late: int = 0
    alerts: dict[str, bytes] = field(default_factory=dict)
    failures: dict[str, int] = field(default_factory=dict)

    def add(self, chunk: Chunk) -> None:
        for id, body in chunk.alerts.items():
            if body is None:
                self.alerts.pop(id, None)
            else:
                self.alerts[id] = body
        for rule, count in chunk.failures.items():
            self.failures[rule] = self.failures.get(rule, 0) + count
        self.too_late += chunk.too_late


def registers_in(paths: Iterable[Path]) -> Iterator[Registered]:
    """Every register entry in the files that is not about one person."""
    for path in paths:
        for line in lines(path):
            if b"reference.changed" not in line.raw:
                continue
            try:
                entry = register_of(decode(line.raw))
            except MalformedEvent:
                continue  # rejected, with its reason, when its turn comes
            if entry is not None:
                yield entry


def audit_files(
    paths: Sequence[Path],
    book: Book,
    reject: Callable[[Numbered, MalformedEvent], None],
    *,
    latest: Moment | None = None,
    read: Callable[[int], None] = lambda count: None,
    workers: int = 1,
) -> Report:
    """Audit the files' events in the order given; see `Report`."""
    for entry in registers_in(paths):
        book.registers.put(entry)
    report = Report()
    events = _events(paths, reject, latest, read, report)
    with ParallelAuditor(book, workers) if workers > 1 else _alone(book) as auditor:
        while chunk := list(islice(events, CHUNK)):
            report.events += len(chunk)
            report.add(auditor.take(chunk))
    return report


def _alone(book: Book) -> AbstractContextManager[Auditor]:
    return nullcontext(Auditor(book, StatesInMemory()))


def _events(
    paths: Sequence[Path],
    reject: Callable[[Numbered, MalformedEvent], None],
    latest: Moment | None,
    read: Callable[[int], None],
    report: Report,
) -> Iterator[ClaimEvent]:
    for path in paths:
        for line in lines(path, read):
            try:
                yield decode(line.raw, latest)
            except MalformedEvent as error:
                report.rejected += 1
                reject(line, error)


def write_alerts(alerts: dict[str, bytes], path: Path) -> None:
    """One alert a line, sorted by id."""
    with path.open("wb") as out:
        for _, body in sorted(alerts.items()):
            out.write(body + b"\n")


def rejection(line: Numbered, error: MalformedEvent) -> bytes:
    """A rejected line as it is listed: where it stands and why, never what it says."""
    return msgspec.json.encode(
        {"file": line.file, "line": line.number, "stage": error.stage, "reason": error.reason}
    )
