"""DP-02 药品限二线使用: a second-line drug with no trace of an earlier one.

The published points name no first-line drugs, so any other drug of the therapeutic groups used
before counts, at the fund's expense or not, and so does an adverse drug reaction. Only the start
is judged: a drug already used in the look-back is a treatment that goes on.
"""

from __future__ import annotations

from rules.knowledge.stage import knowledge_stage
from rules.rule import Parameters, Rule


class SecondLineParameters(Parameters, frozen=True, kw_only=True):
    """How far back earlier treatment is looked for."""

    lookback_days: int = 365


RULE = Rule(
    id="DP-02",
    name="药品限二线使用",
    name_en="Second-line drugs",
    description="使用限二线的药品，而此前12个月没有其他同类药品的使用记录，也没有不耐受诊断。",
    phases=("pre", "post"),
    severity=3,
    legal=("TL-38(6)",),
    causes=("16",),
    formula="M1",
    actions={"pre": "A1", "post": "Q1"},
    parameters=SecondLineParameters(),
    stages=(knowledge_stage("DP-02", severity=3),),
    official=("GZ10000101005000",),
)
