"""Executors that look at the other drugs: slices of a prescription, earlier treatment."""

from __future__ import annotations

from typing import Final, Protocol

from domain.facts import Line
from domain.moments import DAY, day_of, start_of_day
from rules.knowledge.case import Breach, Case, in_full
from rules.knowledge.charges import Charge
from rules.knowledge.constraints import HerbAlone, HerbExcluded, SecondLine
from rules.readings.claims import lines_by_visit, lines_of

_SLICES: Final = "102"
_SINGLE: Final = "2"  # tcmdrug_used_way: 1 复方, 2 单方
_INTOLERANCE: Final = (
    *(f"T{number}" for number in range(36, 51)),
    *(f"Y{number}" for number in range(40, 60)),
    "T78",
    "T80",
    "T88",
    "L27",
    "Z88",
    "K71",
    "D61.1",
)


def excluded_breach(case: Case, _: object) -> Breach | None:
    """A slice the fund never pays for."""
    if not isinstance(case.constraint, HerbExcluded):
        return None
    return Breach(
        accused=in_full(case.paid),
        said="属不得纳入基金支付范围的中药饮片，单方、复方均不予支付",
        would_pass="若转自费，则不提示。",
    )


def alone_breach(case: Case, _: object) -> Breach | None:
    """A slice prescribed alone, or with none but slices of this list."""
    if not isinstance(case.constraint, HerbAlone):
        return None
    hit = [charge for charge in case.paid if _is_alone(case, charge)]
    if not hit:
        return None
    single = any(charge.line.herbal_use == _SINGLE for charge in hit)
    how = "用法为单方" if single else "处方全部由单方不予支付的饮片组成"
    return Breach(
        accused=in_full(hit),
        said=f"单方使用不予支付，而{how}",
        would_pass="若与名单以外的饮片组成复方，或转自费，则不提示。",
    )


def _is_alone(case: Case, charge: Charge) -> bool:
    if charge.line.herbal_use == _SINGLE:
        return True
    return all(
        any(
            isinstance(point.constraint, HerbAlone)
            for point in case.view.knowledge.of(line.code, line.at)
        )
        for line in lines_of(case.view, charge.visit)
        if _is_slice(line) and _same_prescription(line, charge.line)
    )


def _is_slice(line: Line) -> bool:
    return line.list_type == _SLICES or line.code.startswith("T")


def _same_prescription(one: Line, other: Line) -> bool:
    """By prescription number; where there is none, what was charged on one day."""
    if one.prescription and other.prescription:
        return one.prescription == other.prescription
    return day_of(one.at) == day_of(other.at)


class LooksBack(Protocol):
    @property
    def lookback_days(self) -> int: ...


def second_line_breach(case: Case, p: LooksBack) -> Breach | None:
    """A second-line drug begun with no trace of an earlier one, at the fund's expense or not."""
    limit = case.constraint
    if not isinstance(limit, SecondLine) or case.has_diagnosis(_INTOLERANCE, p.lookback_days):
        return None
    first = case.paid[0].line
    since, until = first.at - p.lookback_days * DAY, start_of_day(day_of(first.at) + 1)
    for visit, lines in case.view.once(lines_by_visit).items():
        for line in lines:
            if not since <= line.at < until:
                continue
            continued = line.code in case.point.codes and visit != case.encounter.visit
            earlier = line.code not in case.point.codes and line.code.startswith(limit.first_line)
            if continued or earlier:
                return None
    return Breach(
        accused=in_full(case.paid),
        said=f"限二线使用，而此前{p.lookback_days}天内未见其他同类药品的使用记录，亦无不耐受诊断",
        would_pass="若有一线药品使用无效或不能耐受的证据，则不提示。",
    )
