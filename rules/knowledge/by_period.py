"""Executors of limits in time: frequency, course, interval."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Final, Protocol

from domain.codes import is_inpatient
from domain.findings import SUSPICIOUS, WATCH
from domain.moments import DAY, date_of, day_of, start_of_day
from domain.money import ZERO, plain
from rules.knowledge.case import Accused, Breach, Case, in_full
from rules.knowledge.charges import Charge
from rules.knowledge.constraints import CourseLimit, FrequencyLimit, IntervalLimit
from rules.knowledge.words import PER_DAY, PER_MONTH, PER_VISIT, PER_WEEK
from rules.readings.diagnoses import category, has_prefix
from rules.readings.encounters import encounter_of

_PREGNANCY: Final = ("O", "Z33", "Z34", "Z35")
_LONGEST_SUPPLY_DAYS: Final = 90
_MONDAY_SHIFT: Final = 3  # 1970-01-01 was a Thursday


def frequency_breach(case: Case, _: object) -> Breach | None:
    """More than the limit in one natural period at one institution, across its visits (M2).

    Lines count in order of time; what exceeds the limit is accused where it was charged. Two
    newborns may lie under one mother's name, so their visits are not judged.
    """
    limit = case.constraint
    if not isinstance(limit, FrequencyLimit) or case.encounter.newborn:
        return None
    accused: list[Accused] = []
    counts: dict[str, Decimal] = {}
    totals = _totals(case, limit)
    mine = {charge.line.id for charge in case.paid}
    for charge, over, period in _overflow(case, limit, totals):
        if charge.visit == case.encounter.visit and charge.line.id in mine:
            accused.append(Accused(charge, charge.line.covered * over / charge.line.quantity))
            counts[period] = totals[period]
    if not accused:
        return None
    period, count = next(iter(counts.items()))
    when = "本次就诊" if limit.period == PER_VISIT else period
    unit = "小时" if limit.hourly else "次"
    return Breach(
        accused=tuple(accused),
        said=f"每{limit.period}限{plain(limit.most)}{unit}，而{when}合计收取{plain(count)}{unit}",
        would_pass=f"若每{limit.period}合计不超过{plain(limit.most)}{unit}，则不提示。",
        also=_others(
            (one for one in _same_institution(case) if _period(one, limit.period) in counts),
            accused,
        ),
        hits=len(counts),
    )


def _others(charges: Iterable[Charge], accused: Sequence[Accused]) -> tuple[Charge, ...]:
    """The charges that count beside those accused."""
    known = {(one.charge.visit, one.charge.line.id) for one in accused}
    return tuple(one for one in charges if (one.visit, one.line.id) not in known)


def _same_institution(case: Case) -> Iterator[Charge]:
    for charge in case.charges.of_codes(case.point.codes):
        encounter = encounter_of(case.view, charge.visit)
        same = encounter is not None and encounter.institution == case.encounter.institution
        if same and charge.paid and encounter is not None and not encounter.newborn:
            yield charge


def _totals(case: Case, limit: FrequencyLimit) -> dict[str, Decimal]:
    totals: dict[str, Decimal] = {}
    for charge in _same_institution(case):
        period = _period(charge, limit.period)
        totals[period] = totals.get(period, ZERO) + charge.line.quantity
    return totals


def _overflow(
    case: Case, limit: FrequencyLimit, totals: dict[str, Decimal]
) -> Iterator[tuple[Charge, Decimal, str]]:
    """Each charge beyond the limit, how much of its quantity is, and its period."""
    running: dict[str, Decimal] = {}
    for charge in _same_institution(case):
        period, quantity = _period(charge, limit.period), charge.line.quantity
        running[period] = running.get(period, ZERO) + quantity
        over = min(quantity, running[period] - limit.most)
        if over > 0 and not (limit.hourly and _posted_across_midnight(charge, limit, totals)):
            yield charge, over, period


def _posted_across_midnight(
    charge: Charge, limit: FrequencyLimit, totals: dict[str, Decimal]
) -> bool:
    """Whether hours of a running treatment were only booked on the day before or after."""
    day = day_of(charge.line.at)
    here = totals[str(date_of(charge.line.at))]
    beside = (totals.get(str(date_of(start_of_day(near))), ZERO) for near in (day - 1, day + 1))
    return any(other > 0 and here + other <= 2 * limit.most for other in beside)


def _period(charge: Charge, period: str) -> str:
    """The natural period of a charge, as it is written for a reader."""
    day = date_of(charge.line.at)
    if period == PER_VISIT:
        return f"就诊{charge.visit}"
    if period == PER_DAY:
        return str(day)
    if period == PER_WEEK:
        monday = start_of_day(day_of(charge.line.at) - _weekday(charge.line.at))
        return f"{date_of(monday)}起一周"
    return f"{day:%Y-%m}" if period == PER_MONTH else f"{day:%Y}年"


def _weekday(at: int) -> int:
    """Monday is 0."""
    return (day_of(at) + _MONDAY_SHIFT) % 7


def course_breach(case: Case, _: object) -> Breach | None:
    """Paid for longer than the course (M2: the part of each line beyond it).

    Whether a day lies beyond depends on the days before it alone, as far back as a course of
    uses that few days apart can reach.
    """
    limit = case.constraint
    if not isinstance(limit, CourseLimit):
        return None
    since = case.paid[0].line.at - limit.reach_days * DAY
    charges = [
        charge
        for charge in case.charges.of_codes(case.point.codes)
        if charge.paid
        and (
            charge.visit == case.encounter.visit
            or (charge.line.at >= since and not limit.one_visit)
        )
    ]
    days = sorted({day for charge in charges for day in _days(case, charge)})
    beyond = _beyond(days, limit)
    accused = []
    for charge in case.paid:
        covered = _days(case, charge)
        over = sum(day in beyond for day in covered)
        if over:
            amount = charge.line.covered * over / len(covered)
            accused.append(Accused(charge, amount))
    if not accused:
        return None
    last = max(day for one in accused for day in _days(case, one.charge) if day in beyond)
    used, span = beyond[last]
    counted = f"首末次相距{span}天" if limit.span else f"使用{used}天"
    course = (one for one in charges if last - span <= _days(case, one)[0] <= last)
    return Breach(
        accused=tuple(accused),
        said=f"一个疗程限支付{limit.days}天，而至{date_of(start_of_day(last))}已{counted}",
        would_pass=f"若疗程不超过{limit.days}天，或超出部分转自费，则不提示。",
        also=_others(course, accused),
        hits=len(beyond),
        formula="M2",
    )


def _days(case: Case, charge: Charge) -> list[int]:
    """The natural days of use. In a stay a line is for its day; elsewhere for its days' supply."""
    first = day_of(charge.line.at)
    encounter = encounter_of(case.view, charge.visit)
    supply = int(charge.line.days or 1)
    if supply < 2 or (encounter is not None and is_inpatient(encounter.med_type)):
        return [first]
    return list(range(first, first + min(supply, _LONGEST_SUPPLY_DAYS)))


def _beyond(days: Sequence[int], limit: CourseLimit) -> dict[int, tuple[int, int]]:
    """The days beyond the limit of their course: how many days of use, and what span by then."""
    found: dict[int, tuple[int, int]] = {}
    start = 0
    for index, day in enumerate(days):
        if index and day - days[index - 1] > limit.gap_days and not limit.one_visit:
            start = index
        used, span = index - start + 1, day - days[start]
        if used > limit.days or (limit.span and span > limit.days):
            found[day] = used, span
    return found


class Repeats(Protocol):
    @property
    def baseline_days(self) -> int: ...


def interval_breach(case: Case, p: Repeats) -> Breach | None:
    """The same item again too soon, at whichever institution (M1 of the later line).

    Silent in pregnancy, at an admission (its baseline), and where the disease has changed.
    """
    limit = case.constraint
    if not isinstance(limit, IntervalLimit) or case.encounter.newborn:
        return None
    if any(has_prefix(code, _PREGNANCY) for code in case.encounter.diagnoses):
        return None
    all_uses = case.charges.of_codes(case.point.codes)
    pairs = [
        (one, before) for one in case.paid if (before := _too_soon(case, one, all_uses, limit, p))
    ]
    if not pairs:
        return None
    sure = any(_surely(one, before, limit) for one, before in pairs)
    one, before = pairs[0]
    apart = day_of(one.line.at) - day_of(before.line.at)
    wanted = "每周至多一次" if limit.by_week else f"间隔不短于{limit.days}天"
    return Breach(
        accused=in_full([later for later, _ in pairs]),
        said=f"须{wanted}，而{date_of(before.line.at)}已做过，相隔仅{apart}天",
        would_pass=f"若{wanted}，或前次结果无效须重做，则不提示。",
        severity=SUSPICIOUS if sure else WATCH,
        also=tuple({earlier.line.id: earlier for _, earlier in pairs}.values()),
        window=(before.line.at, one.line.at),
        hits=len(pairs),
    )


def _too_soon(
    case: Case, one: Charge, all_uses: Sequence[Charge], limit: IntervalLimit, p: Repeats
) -> Charge | None:
    """The latest earlier day's charge within the interval, if the repetition has no excuse."""
    day, begun = day_of(one.line.at), day_of(case.encounter.begin)
    at_admission = is_inpatient(case.encounter.med_type) and day - begun <= p.baseline_days
    for before in reversed(all_uses):
        apart = day - day_of(before.line.at)
        if apart >= limit.days:
            return None
        if apart <= 0 or (at_admission and before.visit != one.visit):
            continue
        return None if _other_disease(case, before) else before
    return None


def _other_disease(case: Case, before: Charge) -> bool:
    other = encounter_of(case.view, before.visit)
    here = set(map(category, case.encounter.diagnoses)) - {""}
    there = set(map(category, other.diagnoses)) - {""} if other else set()
    return bool(here and there) and not here & there


def _surely(one: Charge, before: Charge, limit: IntervalLimit) -> bool:
    days = day_of(one.line.at) - day_of(before.line.at)
    if limit.by_week:
        return days < 7 and _weekday(before.line.at) < _weekday(one.line.at)
    return days < limit.certain_days
