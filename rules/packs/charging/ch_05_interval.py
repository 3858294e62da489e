"""CH-05 周期超频次: the same item again before the interval of the knowledge point has passed.

Across institutions. Within the lower bound of the interval S3, between lower and upper S2. The
day of admission and the next are its baseline and never too soon; other lines of the same day
are CH-04 and CH-14. While the visit runs the doctor is reminded as beforehand (A1).
"""

from __future__ import annotations

from rules.knowledge.stage import knowledge_stage
from rules.rule import Parameters, Rule


class IntervalParameters(Parameters, frozen=True, kw_only=True):
    """``baseline_days`` after the admission, another visit's result may be repeated."""

    baseline_days: int = 1


RULE = Rule(
    id="CH-05",
    name="周期超频次(间隔不足)",
    name_en="Interval too short",
    description="同一参保人再次收取同一项目，与前次相隔不足知识点规定的周期，跨机构计算。",
    phases=("pre", "in", "post"),
    severity=3,
    legal=("TL-38(2)", "TL-38(3)"),
    causes=("12", "13"),
    formula="M1",
    actions={"pre": "A1", "in": "A1", "post": "Q1"},
    parameters=IntervalParameters(),
    stages=(knowledge_stage("CH-05", severity=3),),
    official=("2025#31",),
)
