"""DP-05 限支付疗程/最大开药天数: a course of a drug longer than it is paid for.

Days of use are counted: in a stay the days charged, elsewhere the days supplied (prd_days); gaps
of up to 7 days belong to the course, all codes of a point to one drug. Limits in months run from
the first use. Limits of single prescriptions by class of drug have no published points.
"""

from __future__ import annotations

from rules.knowledge.stage import knowledge_stage
from rules.rule import Parameters, Rule

RULE = Rule(
    id="DP-05",
    name="限支付疗程/最大开药天数",
    name_en="Course or days limit",
    description="一个疗程内使用药品的日期合计（或首末次跨度）超过知识点限定的支付天数。",
    phases=("pre", "in", "post"),
    severity=4,
    legal=("TL-38(2)", "TL-38(6)"),
    causes=("12", "16"),
    formula="M2",
    actions={"pre": "A1", "in": "A1", "post": "Q1"},
    parameters=Parameters(),
    stages=(knowledge_stage("DP-05", severity=4),),
    official=("GZ10000101010000", "2025#9"),
)
