"""PS-01 at the institution's day: once it is over, which of its sales had goods, in what order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from domain.facts import Settled, Signal
from domain.findings import Wait
from domain.moments import HOUR, Moment, start_of_day
from rules.packs.empty_swipe.ps_01_parameters import (
    DAY_TALLY,
    OPEN,
    SERIES,
    UNSUPPORTED,
    EmptySwipeParameters,
)
from rules.readings.sales import drug_lines, over_counter
from rules.rule import Judgement, Stage, Tell
from rules.subjects.institution import INSTITUTION
from rules.subjects.institution_day import INSTITUTION_DAY, day_in, institution_of
from rules.view import View

BOOKS: Final = "books"
HEAD: Final = "head"
TAIL: Final = "tail"
SILENT: Final = "head tail"
"""A run of unsupported sales before the day's first supported one, after its last, or both."""

Run = Sequence[Signal]
"""Open sales in order, with no supported line between them."""


def _concerned(view: View, fact: Settled | Signal) -> Iterator[str]:
    if isinstance(fact, Signal) or over_counter(view.registers, fact):
        yield BOOKS


def _close_books(view: View, anchor: str, p: EmptySwipeParameters) -> Judgement:
    """Once every sale of the day has waited for a day, tell what became of them."""
    patience = (p.warning_hours + p.closing_slack_hours) * HOUR
    day, institution = day_in(view.key), institution_of(view.key)
    if view.clock < (closing := Moment(start_of_day(day + 1) + patience)):
        yield Wait(closing)
        return
    opened = {signal.refs[0]: signal for signal in view.signals(OPEN)}
    lines = supported = 0
    runs: list[list[Signal]] = [[]]
    for claim in view.all(Settled):
        drugs = len(drug_lines(claim))
        if not drugs or not over_counter(view.registers, claim):
            continue
        if view.clock < (due := Moment(max(claim.at, claim.keyed) + patience)):
            yield Wait(due)  # keyed in late
            continue
        signal = opened.get(claim.ref)
        found = drugs - (_lines(signal) if signal else 0)
        lines, supported = lines + drugs, supported + found
        if found:
            runs.append([])
        if signal:
            runs[-1].append(signal)
    for number, run in enumerate(runs):
        edges = (HEAD if number == 0 else "", TAIL if number == len(runs) - 1 else "")
        for told in _of_run(run, " ".join(filter(None, edges)), p):
            yield Tell(INSTITUTION, institution, told)
    if lines:
        yield Tell(INSTITUTION, institution, _tally(day, lines, supported, runs, p))


def _lines(signal: Signal) -> int:
    return int(signal.values["lines"])


def _length(run: Run) -> int:
    return sum(map(_lines, run))


def _of_run(run: Run, edge: str, p: EmptySwipeParameters) -> Iterator[Signal]:
    """Every sale of a short run; of a long one that began and ended that day, the run as such."""
    length = _length(run)
    if length < p.outage_lines:
        yield from (_unsupported(signal, length, edge) for signal in run)
    elif not edge:
        yield Signal(
            ref=f"{SERIES} {run[0].refs[0]}",
            at=run[0].at,
            name=SERIES,
            institution=run[0].institution,
            values={"lines": str(length), "until": str(run[-1].at)},
            refs=(run[0].refs[0], run[-1].refs[0]),
        )


def _unsupported(signal: Signal, length: int, edge: str) -> Signal:
    return Signal(
        ref=f"{UNSUPPORTED} {signal.refs[0]}",
        at=signal.at,
        name=UNSUPPORTED,
        person=signal.person,
        institution=signal.institution,
        visit=signal.visit,
        settlement=signal.settlement,
        values={**signal.values, "run": str(length), "edge": edge},
        refs=signal.refs,
        lines=signal.lines,
    )


def _tally(
    day: int, lines: int, supported: int, runs: Sequence[Run], p: EmptySwipeParameters
) -> Signal:
    head, tail = runs[0], runs[-1]
    values = {
        "lines": lines,
        "supported": supported,
        "lost": sum(length for run in runs if (length := _length(run)) >= p.outage_lines),
        HEAD: _length(head),
        TAIL: _length(tail),
        "head_at": head[0].at if head else 0,
        "tail_at": tail[0].at if tail else 0,
    }
    return Signal(
        ref=f"{DAY_TALLY} {day}",
        at=start_of_day(day),
        name=DAY_TALLY,
        values={name: str(value) for name, value in values.items() if value},
        refs=tuple(run[0].refs[0] if run else "" for run in (head, tail)),
    )


STAGE: Final = Stage(
    name="day",
    subject=INSTITUTION_DAY,
    triggers=(Settled, Signal),
    signals=(OPEN,),
    affected=_concerned,
    judge=_close_books,
)
