"""ID-04 (b): the same band of people swiped together on several days.

The terminal keeps its runs of some weeks. A day on which a run finds its band on enough days of
the window before, its own included, is a finding. A run is charged once: where (a) accused it
already, or an earlier day counted it, it is shown but not counted again.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from domain.facts import Signal
from domain.findings import GRAVE, Evidence, Finding
from domain.moments import DAY, Moment, day_of, text_of
from domain.money import ZERO, yuan
from rules.packs.identity.id_04_parameters import RUN, GatheringParameters
from rules.readings.geography import name_of
from rules.rule import Judgement
from rules.subjects.terminal import terminal_in
from rules.view import View

PERSONS: Final = "persons"
FUND: Final = "fund"
END: Final = "end"
ACCUSED: Final = "accused"
SHOWN = 20

Members = dict[str, frozenset[str]]
"""Who swiped in each run, by the run's reference."""


def concerned(view: View, fact: Signal) -> Iterator[str]:
    """The run's own day, and those whose band it may belong to.

    A day's amount depends on what the days of its window counted, and those look back as far.
    """
    reach = 2 * GatheringParameters().repeat_window_days * DAY
    days = {day_of(run.at) for run in view.between(Signal, fact.at, fact.at + reach)}
    yield from map(str, sorted(days | {day_of(fact.at)}))


def judge(view: View, anchor: str, p: GatheringParameters) -> Judgement:
    today = [run for run in view.signals(RUN) if day_of(run.at) == int(anchor)]
    known = Bands(view, p)
    bands = [band for run in today if (band := known.of(run))]
    if not bands:
        return
    largest = max(bands, key=len)
    concerned_runs = {run.ref: run for band in bands for run in band}
    shown = sorted(concerned_runs.values(), key=lambda run: (run.at, run.ref))
    days = len({day_of(run.at) for run in largest})
    persons = len(view.once(_members)[largest[-1].ref])
    at, institution = today[0].at, today[0].institution
    place = name_of(view.registers, institution, at)
    terminal = terminal_in(view.key, institution)
    whole = sum((_fund(run) for run in shown if known.charge(run, int(anchor))), ZERO)
    yield Finding(
        anchor=anchor,
        at=at,
        severity=GRAVE,
        explanation=(
            f"{place}终端{terminal}在{p.repeat_window_days}天内有{days}天出现同一批人员的连续刷卡："
            f"{text_of(at)}的一批{persons}人，与前几批人员重合度不低于{p.same_band_jaccard:.0%}，"
            f"相邻间隔均不超过{p.gap_seconds}秒，疑为留存他人凭证反复刷卡。"
        ),
        counterfactual=(
            f"若{p.repeat_window_days}天内同一批人员成批出现不足{p.repeat_days}天，"
            "或已备案代配药，则不提示。"
        ),
        evidence=tuple(_evidence(view, run, largest[-1]) for run in shown[-SHOWN:]),
        institution=institution,
        action="Q2+C1",
        whole=whole,
        window=(shown[0].at, Moment(int(shown[-1].values[END]))),
        hits=len(shown),
    )


def _members(view: View) -> Members:
    return {run.ref: frozenset(run.values[PERSONS].split("\n")) for run in view.signals(RUN)}


class Bands:
    """The bands of a terminal's runs, each looked for once."""

    def __init__(self, view: View, p: GatheringParameters) -> None:
        self._runs = view.signals(RUN)
        self._members = view.once(_members)
        self._p = p
        self._found: dict[str, list[Signal]] = {}

    def of(self, run: Signal) -> list[Signal]:
        """The runs of the window with the same people, this one last; none if on too few days."""
        if run.ref not in self._found:
            self._found[run.ref] = self._look(run)
        return self._found[run.ref]

    def charge(self, run: Signal, day: int) -> bool:
        """Whether a run of a band is charged on this day, and not by (a) or a day before."""
        if run.values[ACCUSED]:
            return False
        between = [one for one in self._runs if day_of(run.at) <= day_of(one.at) < day]
        return not any(run in self.of(one) for one in between)

    def _look(self, run: Signal) -> list[Signal]:
        last = day_of(run.at)
        first = last - self._p.repeat_window_days + 1
        same = [
            one for one in self._runs if first <= day_of(one.at) <= last and self._is_same(one, run)
        ]
        if len({day_of(one.at) for one in same}) < self._p.repeat_days:
            return []
        return [*(one for one in same if one.ref != run.ref), run]

    def _is_same(self, one: Signal, other: Signal) -> bool:
        overlap = _overlap(self._members[one.ref], self._members[other.ref])
        return overlap >= self._p.same_band_jaccard


def _overlap(some: frozenset[str], others: frozenset[str]) -> float:
    """Jaccard index."""
    return len(some & others) / len(some | others)


def _fund(run: Signal) -> Decimal:
    return Decimal(run.values[FUND])


def _evidence(view: View, run: Signal, last: Signal) -> Evidence:
    members = view.once(_members)
    values = {
        "时间": text_of(run.at),
        "笔数": str(len(run.refs)),
        "人数": str(len(members[run.ref])),
        "重合度": f"{_overlap(members[run.ref], members[last.ref]):.2f}",
        "基金支付": yuan(_fund(run)),
    }
    return Evidence(run.refs[0], "同一批人员的连续刷卡", values)
