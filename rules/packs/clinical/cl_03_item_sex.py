"""CL-03 药品/项目/耗材/手术与性别不符: an item for the other sex.

The settled person counts, whoever bought. Unknown or contradictory sex is silent; so are newborns
on their mother's visit, disorders of sex development, and what the points' texts except.
Severity 5 for services, 4 for drugs.
"""

from __future__ import annotations

from rules.knowledge.stage import knowledge_stage
from rules.rule import Parameters, Rule


class SexParameters(Parameters, frozen=True, kw_only=True):
    """How far back diagnoses that except a person are looked for."""

    lookback_days: int = 365


RULE = Rule(
    id="CL-03",
    name="药品/项目/耗材/手术与性别不符",
    name_en="Item vs sex",
    description="药品、项目或耗材限一种性别使用，而参保人为另一性别。",
    phases=("pre", "in", "post"),
    severity=5,
    legal=("TL-40(1)", "TL-40(3)", "TL-38(6)"),
    causes=("20", "24", "16"),
    formula="M1",
    actions={"pre": "A2", "in": "A5", "post": "Q2"},
    parameters=SexParameters(),
    stages=(knowledge_stage("CL-03", severity=5),),
    official=("GZ10000301004000", "GZ10000302004000", "GZ10000201005000", "2025#87"),
)
