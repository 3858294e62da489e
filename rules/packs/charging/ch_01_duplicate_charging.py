"""CH-01 重复收费: an item charged beside one whose content includes it.

Scope and content are those of the knowledge point; a point that names no scope means the same
natural day (06-rules). What the contained item was charged is the violation. Items of different
departments belong to different sessions.
"""

from __future__ import annotations

from rules.knowledge.stage import knowledge_stage
from rules.rule import Parameters, Rule

RULE = Rule(
    id="CH-01",
    name="重复收费(内涵包含/互斥)",
    name_en="Duplicate charging (contained / mutually exclusive items)",
    description="同一就诊、同一范围（默认同日）内，已收取某项目，又收取其内涵已包含的项目。",
    phases=("pre", "in", "post"),
    severity=5,
    legal=("TL-38(3)",),
    causes=("13",),
    formula="M3",
    actions={"pre": "A1", "in": "A3", "post": "Q1"},
    parameters=Parameters(),
    stages=(knowledge_stage("CH-01", severity=5),),
    official=("GZ10000102012000",),
)
