"""CH-04 超限定频次: more of an item than the knowledge point allows in a natural period.

A period without a number is once in that period, 日 the natural day (06-rules 6.5). Counted for
one person at one institution, across visits; an hourly item has 24 hours a day, and hours booked
on the day before or after a running treatment are excused. The catalogue names no action after
the settlement; the ordinary queue (Q1) is taken.
"""

from __future__ import annotations

from rules.knowledge.stage import knowledge_stage
from rules.rule import Parameters, Rule

RULE = Rule(
    id="CH-04",
    name="超限定频次",
    name_en="Exceeds frequency limit",
    description="同一参保人在同一机构一个自然周期（日、周、月、住院等）内，项目净数量之和超过知识点上限。",
    phases=("pre", "in", "post"),
    severity=5,
    legal=("TL-38(3)",),
    causes=("13",),
    formula="M2",
    actions={"pre": "A1", "in": "A5", "post": "Q1"},
    parameters=Parameters(),
    stages=(knowledge_stage("CH-04", severity=5),),
    official=("GZ10000102014000",),
)
