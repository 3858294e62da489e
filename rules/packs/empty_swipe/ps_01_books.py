"""PS-01 at the institution: its unsupported sales side by side, and what they amount to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from domain.facts import Line, Signal
from domain.moments import day_of
from rules.packs.empty_swipe.ps_01_day import HEAD, TAIL
from rules.packs.empty_swipe.ps_01_parameters import (
    DAY_TALLY,
    PROOF,
    UNSUPPORTED,
    EmptySwipeParameters,
)
from rules.view import View

FARTHEST_DAYS: Final = 14
"""How far anything is looked for: a run's days, the rate's, the last supported sale. Chained,
they stay within the 60 days that an institution's signals are kept."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An unsupported sale. ``run`` counts the lines of that day that lack a sale in a row with
    it, ``edge`` tells whether the row reaches the day's beginning or end."""

    signal: Signal
    day: int
    lines: int
    overdue: bool
    run: int
    edge: str


@dataclass(frozen=True, slots=True)
class DayTally:
    """A day's drug lines. ``lost`` are those of long rows; ``head`` and ``tail`` lack a sale
    before the first and after the last that has one; on a silent day both are all."""

    lines: int
    supported: int
    lost: int
    head: int
    tail: int
    head_at: int
    tail_at: int
    refs: tuple[str, ...]


@dataclass(slots=True)
class Books:
    """All that an institution's state says of its sales. Figures are counted once a view."""

    tallies: dict[int, DayTally]
    proofs: dict[str, list[Signal]]
    by_ref: dict[str, Entry]
    by_day: dict[int, list[Entry]]
    _rates: dict[int, tuple[int, int]] = field(default_factory=dict)
    _charged: dict[int, bool] = field(default_factory=dict)
    _accused: dict[int, int] = field(default_factory=dict)

    def before(self, day: int) -> int:
        """Lines without a sale that lead up to this day's beginning."""
        return self._chain(range(day - 1, day - FARTHEST_DAYS - 1, -1), TAIL)

    def after(self, day: int) -> int:
        """Lines without a sale that follow this day's end."""
        return self._chain(range(day + 1, day + FARTHEST_DAYS + 1), HEAD)

    def _chain(self, days: range, near: str) -> int:
        total = 0
        for day in days:
            tally = self.tallies.get(day)
            if tally is None:
                continue
            total += tally.tail if near == TAIL else tally.head
            if tally.supported:
                break
        return total

    def is_outage(self, entry: Entry, p: EmptySwipeParameters) -> bool:
        """Whether so many lines in a row lack a sale that the interface must have been down.

        Sales that have waited for a day count too: whoever is accused of the first lines of an
        outage would have to be acquitted when the last are overdue.
        """
        row = entry.run
        row += self.before(entry.day) if HEAD in entry.edge else 0
        row += self.after(entry.day) if TAIL in entry.edge else 0
        return row >= p.outage_lines

    def rate(self, day: int, p: EmptySwipeParameters) -> tuple[int, int]:
        """Unsupported lines and all drug lines of the week that ends with this day, outages
        left out of both."""
        known = self._rates.get(day)
        if known is None:
            known = self._rates[day] = self._count(day, p)
        return known

    def _count(self, day: int, p: EmptySwipeParameters) -> tuple[int, int]:
        missing = total = 0
        for one in range(day - min(p.rate_days, FARTHEST_DAYS) + 1, day + 1):
            tally = self.tallies.get(one)
            total += tally.lines - tally.lost if tally else 0
            for entry in self.by_day.get(one, ()):
                if self.is_outage(entry, p):
                    total -= entry.lines
                elif entry.overdue:
                    missing += entry.lines
        return missing, total

    def is_connected(self, day: int, p: EmptySwipeParameters) -> bool:
        """Whether sales that name their settlement have been uploaded from here at all."""
        near = range(day - min(p.connected_days, FARTHEST_DAYS), day + 1)
        return any((tally := self.tallies.get(one)) and tally.supported for one in near)

    def rate_accuses(self, entry: Entry, p: EmptySwipeParameters) -> bool:
        known = self._charged.get(entry.day)
        if known is None:
            missing, total = self.rate(entry.day, p)
            known = missing >= total * p.rate_min and self.is_connected(entry.day, p)
            self._charged[entry.day] = known
        return known

    def proofs_of(self, entry: Entry) -> Sequence[Signal]:
        return self.proofs.get(entry.signal.refs[0], ())

    def accused(self, entry: Entry, p: EmptySwipeParameters) -> tuple[Line, ...]:
        """The lines that nothing excuses: all, or, where the rate is low, those proven."""
        if not entry.overdue or self.is_outage(entry, p):
            return ()
        if self.rate_accuses(entry, p):
            return entry.signal.lines
        proven = {proof.values["line"] for proof in self.proofs_of(entry)}
        return tuple(line for line in entry.signal.lines if line.id in proven)

    def accused_on(self, day: int, p: EmptySwipeParameters) -> int:
        """How many lines of that day are accused."""
        known = self._accused.get(day)
        if known is None:
            found = self.by_day.get(day, ())
            known = self._accused[day] = sum(len(self.accused(one, p)) for one in found)
        return known


def books(view: View) -> Books:
    proofs: dict[str, list[Signal]] = {}
    for proof in view.signals(PROOF):
        proofs.setdefault(proof.refs[0], []).append(proof)
    tallies = {day_of(tally.at): _tally(tally) for tally in view.signals(DAY_TALLY)}
    found = Books(tallies, proofs, {}, {})
    for signal in view.signals(UNSUPPORTED):
        entry = _entry(signal)
        found.by_ref[signal.ref] = entry
        found.by_day.setdefault(entry.day, []).append(entry)
    return found


def _entry(signal: Signal) -> Entry:
    seen = signal.values
    return Entry(
        signal=signal,
        day=day_of(signal.at),
        lines=int(seen["lines"]),
        overdue=bool(seen["overdue"]),
        run=int(seen["run"]),
        edge=seen["edge"],
    )


def _tally(signal: Signal) -> DayTally:
    def count(name: str) -> int:
        return int(signal.values.get(name, "0"))

    return DayTally(
        lines=count("lines"),
        supported=count("supported"),
        lost=count("lost"),
        head=count(HEAD),
        tail=count(TAIL),
        head_at=count("head_at"),
        tail_at=count("tail_at"),
        refs=signal.refs,
    )


def starts(seen: Books, days: set[int]) -> Iterator[int]:
    """The days on which a streak may begin or have begun that touches one of these days."""
    found: set[int] = set()
    for day in days:
        found |= {day, day + 1}
        while day - 1 not in found and day - 1 in seen.by_day:
            day -= 1
            found.add(day)
    yield from sorted(found)
