"""CL-04 药品/项目儿童专用、儿童禁用、老年禁用: what is for children alone, used by others.

Of the age-related classes those with published points; points about what children or the old
must not take would need executors of their own.
Children are under 18 unless the text says otherwise, newborns at most 28 days old (at admission).
S3 while the visit runs, S5 once it is settled; S2 where the list remarks that the label has a
dosage for adults.
"""

from __future__ import annotations

from rules.knowledge.point import KnowledgePoint
from rules.knowledge.stage import knowledge_stage
from rules.rule import Parameters, Rule


class AgeSafetyParameters(Parameters, frozen=True, kw_only=True):
    """How far back a swallowing disorder is looked for."""

    lookback_days: int = 365


def _severity(_: KnowledgePoint, phase: str) -> int:
    """Settled misuse of what is for children alone is certain (06-rules)."""
    return 5 if phase == "post" else 3


RULE = Rule(
    id="CL-04",
    name="药品/项目儿童专用、儿童禁用、老年禁用",
    name_en="Age-related medication safety",
    description="儿童（新生儿、婴幼儿）专用的药品或项目用于超龄参保人。",
    phases=("pre", "in"),
    severity=3,
    legal=("TL-38(2)",),
    causes=("12",),
    formula="M1",
    actions={"pre": "A1", "in": "A3"},
    parameters=AgeSafetyParameters(),
    stages=(knowledge_stage("CL-04", _severity),),
    official=("GZ10000301002000", "GZ10000301003000", "GZ10000301009000", "GZ10000302003000"),
)
