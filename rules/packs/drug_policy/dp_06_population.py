"""DP-06 限儿童/新生儿/老年等人群: a drug, service or consumable outside the ages it is paid for.

Age by the date of birth on the day charged, both bounds included; without a bound in the text
children are under 18, newborns at most 28 days old. Newborns on their mother's visit are silent.
The catalogue names no action after the settlement; the ordinary queue (Q1) is taken.
"""

from __future__ import annotations

from rules.knowledge.stage import knowledge_stage
from rules.rule import Parameters, Rule


class PopulationParameters(Parameters, frozen=True, kw_only=True):
    """How far back a swallowing disorder is looked for."""

    lookback_days: int = 365


RULE = Rule(
    id="DP-06",
    name="限儿童/新生儿/老年等人群",
    name_en="Population limits",
    description="限一定年龄人群支付的药品、项目或耗材用于年龄之外的参保人。",
    phases=("pre", "in", "post"),
    severity=5,
    legal=("TL-38(6)",),
    causes=("16",),
    formula="M1",
    actions={"pre": "A3", "in": "A5", "post": "Q1"},
    parameters=PopulationParameters(),
    stages=(knowledge_stage("DP-06", severity=5),),
    official=(
        "GZ10000101006000",
        "GZ10000101007000",
        "GZ10000102005000",
        "GZ10000102006000",
        "GZ10000103001000",
        "GZ10000103002000",
        "2025#29",
    ),
)
