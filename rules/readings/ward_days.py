"""A stay day by day: was the night charged, was anything done, did anybody record the patient?"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from msgspec import Struct

from domain.codes import is_drug
from domain.facts import Line
from domain.moments import day_of
from rules.readings.claims import lines_of
from rules.readings.stays import Stay, recorded_days
from rules.readings.ward_charges import is_act, is_night_charge, is_standing_charge
from rules.view import View


class WardDay(Struct, frozen=True, kw_only=True):
    """A natural day of a stay; ``standing`` are its charges for bed, nursing and consultation."""

    day: int
    charged: bool
    acted: bool
    recorded: bool
    standing: tuple[Line, ...] = ()

    @property
    def is_idle(self) -> bool:
        """The night is charged, and nothing shows that a patient was there."""
        return self.charged and not self.acted and not self.recorded


def ward_days(view: View, stay: Stay) -> Sequence[WardDay]:
    """Every day from admission to the day before discharge, which is not counted (算头不算尾).

    A drug given out for several days acts on each of them.
    """
    lines = lines_of(view, stay.visit)
    recorded = recorded_days(view, stay)
    acted = {day for line in lines if is_act(line) for day in _days_of(line)}
    charged = {day_of(line.at) for line in lines if is_night_charge(line)}
    standing: dict[int, list[Line]] = {}
    for line in lines:
        if is_standing_charge(line):
            standing.setdefault(day_of(line.at), []).append(line)
    return [
        WardDay(
            day=day,
            charged=day in charged,
            acted=day in acted,
            recorded=day in recorded,
            standing=tuple(standing.get(day, ())),
        )
        for day in range(day_of(stay.begin), day_of(stay.until))
    ]


def _days_of(line: Line) -> range:
    first = day_of(line.at)
    lasts = int(line.days) if line.days and is_drug(line.code, line.list_type) else 1
    return range(first, first + max(1, min(lasts, 366)))


def runs_of(
    days: Iterable[WardDay], holds: Callable[[WardDay], bool], at_least: int
) -> list[list[WardDay]]:
    """Consecutive days for which something holds, as long as asked for or longer."""
    runs: list[list[WardDay]] = []
    previous = None
    for day in days:
        if holds(day):
            if previous is None or not holds(previous):
                runs.append([])
            runs[-1].append(day)
        previous = day
    return [run for run in runs if len(run) >= at_least]
