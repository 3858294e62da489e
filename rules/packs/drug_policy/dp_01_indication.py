"""DP-01 药品限适应症: a drug without the disease it is paid for.

Looked for among the diagnoses of the visit, of the 12 months before, and of chronic cards.
Approved use (hosp_appr_flag = 1), special-drug visits and visits without an ICD-10 disease are
silent. Stage, subtype, tests and earlier treatment in the text are not judged.
"""

from __future__ import annotations

from rules.knowledge.stage import knowledge_stage
from rules.rule import Parameters, Rule


class IndicationParameters(Parameters, frozen=True, kw_only=True):
    """How far back diagnoses count."""

    lookback_days: int = 365


RULE = Rule(
    id="DP-01",
    name="药品限适应症",
    name_en="Drug limited to indication",
    description="使用药品的疾病诊断不符合限定支付适应症：本次、前12个月及慢特病均无相符诊断。",
    phases=("pre", "in", "post"),
    severity=4,
    legal=("TL-38(6)",),
    causes=("16",),
    formula="M1",
    actions={"pre": "A3", "in": "A5", "post": "Q1"},
    parameters=IndicationParameters(),
    stages=(knowledge_stage("DP-01", severity=4),),
    official=("GZ10000101008000",),
)
