"""DP-03 药品限工伤/生育保险: a drug that another insurance pays for.

Maternity visits (51, 52) and pregnancies satisfy a maternity limit whatever the insurance says,
since maternity and health insurance are merged; insurance types that are not certain are silent.
"""

from __future__ import annotations

from rules.knowledge.stage import knowledge_stage
from rules.rule import Parameters, Rule

RULE = Rule(
    id="DP-03",
    name="药品限工伤/生育保险",
    name_en="Work-injury / maternity only",
    description="限工伤保险或生育保险支付的药品、项目，由其他险种结算。",
    phases=("pre", "in"),
    severity=5,
    legal=("TL-38(6)",),
    causes=("16",),
    formula="M1",
    actions={"pre": "A3", "in": "A5"},
    parameters=Parameters(),
    stages=(knowledge_stage("DP-03", severity=5),),
    official=("GZ10000101001000", "GZ10000101002000", "GZ10000102003000", "GZ10000102004000"),
)
