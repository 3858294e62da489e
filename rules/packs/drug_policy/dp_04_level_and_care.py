"""DP-04 限医疗机构级别/就医方式: a drug below its level, or outside its setting.

Level by the register at the visit; pharmacies dispense what hospitals prescribed (双通道) and are
silent. Where several levels are named the lowest counts. The catalogue names an action beforehand
alone; while the visit runs the same (A3), after it the ordinary queue (Q1) is taken.
"""

from __future__ import annotations

from rules.knowledge.stage import knowledge_stage
from rules.rule import Parameters, Rule


class LevelParameters(Parameters, frozen=True, kw_only=True):
    """A drug used so recently is no first prescription."""

    lookback_days: int = 365


RULE = Rule(
    id="DP-04",
    name="限医疗机构级别/就医方式",
    name_en="Limited by institution level / care mode",
    description="药品在低于限定级别的医疗机构使用，或就医方式不在限定之内（如限住院的药品用于门诊）。",
    phases=("pre", "in", "post"),
    severity=5,
    legal=("TL-38(6)",),
    causes=("16",),
    formula="M1",
    actions={"pre": "A3", "in": "A3", "post": "Q1"},
    parameters=LevelParameters(),
    stages=(knowledge_stage("DP-04", severity=5),),
    official=("GZ10000101012000", "2025#13", "GZ10000102009000", "GZ10000102011000"),
)
