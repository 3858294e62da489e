"""SP-02 医疗服务项目限年龄/疗程/适应症: a service outside its ages, course or diseases.

A course is a run of uses at most 30 days apart; it is over when the first and last use are more
than the limit apart (06-rules), or more days than the limit had a use (the points' detection
logic). Working age is 16 to 60.
"""

from __future__ import annotations

from rules.knowledge.stage import knowledge_stage
from rules.rule import Parameters, Rule


class ServiceParameters(Parameters, frozen=True, kw_only=True):
    """How far back diagnoses count."""

    lookback_days: int = 365


RULE = Rule(
    id="SP-02",
    name="医疗服务项目限年龄/疗程/适应症",
    name_en="Service limited by age, course or indication",
    description="医疗服务项目用于限定年龄或适应症之外的参保人，或一个疗程超过限定的支付天数。",
    phases=("pre", "in", "post"),
    severity=4,
    legal=("TL-38(2)", "TL-38(6)"),
    causes=("12", "16"),
    formula="M1",
    actions={"pre": "A1", "in": "A1", "post": "Q1"},
    parameters=ServiceParameters(),
    stages=(knowledge_stage("SP-02", severity=4),),
    official=(
        "GZ10000102005000",
        "GZ10000102006000",
        "GZ10000102007000",
        "GZ10000102010000",
        "2025#29",
    ),
)
