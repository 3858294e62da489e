"""Executors of limits on the person: sex, age."""

from __future__ import annotations

from typing import Final, Protocol

from domain.codes import is_inpatient
from domain.findings import GRAVE, VIOLATION, WATCH
from domain.moments import Moment
from rules.knowledge.case import Breach, Case, in_full
from rules.knowledge.charges import Charge
from rules.knowledge.constraints import Age, AgeLimit, SexLimit
from rules.knowledge.words import DAY_OLD, MONTH, sex_name
from rules.readings.ages import days_between, months_between, years_between
from rules.readings.encounters import Encounter, birth_of, sex_of

_SWALLOWING: Final = ("R13", "R63.3", "K22.2", "C15", "I69", "G12", "Z93.1")


class LooksBack(Protocol):
    @property
    def lookback_days(self) -> int: ...


def sex_breach(case: Case, p: LooksBack) -> Breach | None:
    """An item of the other sex; a newborn on its mother's visit may be of either."""
    limit = case.constraint
    if not isinstance(limit, SexLimit) or case.encounter.newborn:
        return None
    sex = sex_of(case.view, case.encounter)
    if not sex or sex == limit.sex or case.has_diagnosis(limit.unless, p.lookback_days):
        return None
    return Breach(
        accused=in_full(case.paid),
        said=f"限{sex_name(limit.sex)}性使用，而参保人性别为{sex_name(sex)}",
        would_pass=f"若参保人为{sex_name(limit.sex)}性，则不提示；性别登记有误的，更正后重新判断。",
        severity=GRAVE if case.point.rule_class.startswith("药品") else VIOLATION,
        about_visit={"性别": sex_name(sex)},
    )


def age_breach(case: Case, p: LooksBack) -> Breach | None:
    """An item outside its ages, by the date of birth and the date charged.

    An upper bound is held against the admission, so a stay that began within it may end beyond;
    who cannot swallow may have a child's medicine.
    """
    limit = case.constraint
    if not isinstance(limit, AgeLimit) or case.encounter.newborn:
        return None
    birth = birth_of(case.view, case.encounter)
    if birth is None:
        return None
    outside = [charge for charge in case.paid if _outside(limit, birth, charge, case.encounter)]
    if not outside or _cannot_swallow(case, p):
        return None
    age = f"{years_between(birth, outside[0].line.at)}岁"
    if limit.most is not None and limit.most.unit == DAY_OLD:
        age += f"（出生{days_between(birth, outside[0].line.at)}天）"
    bounds = f"{f'满{limit.least}' if limit.least else ''}{f'至{limit.most}' if limit.most else ''}"
    return Breach(
        accused=in_full(outside),
        said=f"限{limit.group}使用（{bounds}），而参保人收费时{age}",
        would_pass=f"若参保人年龄在{bounds}之内，则不提示；出生日期有误的，更正后重新判断。",
        severity=WATCH if limit.doubtful else 0,
        about_visit={"年龄": age},
    )


def _outside(limit: AgeLimit, birth: Moment, charge: Charge, encounter: Encounter) -> bool:
    at = charge.line.at
    begun = min(at, encounter.begin) if is_inpatient(encounter.med_type) else at
    too_young = limit.least is not None and _completed(limit.least, birth, at) < limit.least.count
    too_old = limit.most is not None and _completed(limit.most, birth, begun) > limit.most.count
    return too_young or too_old


def _completed(age: Age, birth: int, at: int) -> int:
    if age.unit == DAY_OLD:
        return days_between(birth, at)
    return months_between(birth, at) if age.unit == MONTH else years_between(birth, at)


def _cannot_swallow(case: Case, p: LooksBack) -> bool:
    child_form = case.point.rule_class == "药品儿童专用"
    return child_form and case.has_diagnosis(_SWALLOWING, p.lookback_days)
