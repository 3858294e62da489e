"""Which executor judges which constraint. Notes are data of their class and judge nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from rules.knowledge.by_diagnosis import diagnosis_breach
from rules.knowledge.by_history import alone_breach, excluded_breach, second_line_breach
from rules.knowledge.by_items import discount_breach, pair_breach
from rules.knowledge.by_period import course_breach, frequency_breach, interval_breach
from rules.knowledge.by_person import age_breach, sex_breach
from rules.knowledge.by_visit import care_breach, insurance_breach, level_breach, online_breach
from rules.knowledge.case import Breach, Case
from rules.knowledge.constraints import (
    AgeLimit,
    CareLimit,
    Constraint,
    CourseLimit,
    DiagnosisLimit,
    DiscountGroup,
    FrequencyLimit,
    HerbAlone,
    HerbExcluded,
    InsuranceLimit,
    IntervalLimit,
    LevelLimit,
    OnlineBan,
    PairLimit,
    SecondLine,
    SexLimit,
)

Executor = Callable[[Case, Any], Breach | None]

EXECUTORS: Final[dict[type[Constraint], Executor]] = {
    SexLimit: sex_breach,
    AgeLimit: age_breach,
    InsuranceLimit: insurance_breach,
    CareLimit: care_breach,
    LevelLimit: level_breach,
    OnlineBan: online_breach,
    DiagnosisLimit: diagnosis_breach,
    PairLimit: pair_breach,
    DiscountGroup: discount_breach,
    FrequencyLimit: frequency_breach,
    CourseLimit: course_breach,
    IntervalLimit: interval_breach,
    HerbExcluded: excluded_breach,
    HerbAlone: alone_breach,
    SecondLine: second_line_breach,
}
