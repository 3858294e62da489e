"""From published records to executable points, all of them or none."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from domain.moments import END_OF_TIME, Moment, moment
from rules.knowledge.classes import CLASSES
from rules.knowledge.constraints import AnyConstraint, Note
from rules.knowledge.point import KnowledgePoint
from rules.knowledge.raw import RawPoint, Uncompilable

FIRST_PUBLISHED: Final = moment("2025-05-23")
"""When the first batch was published; a record without a date (batches 1 to 8 name none) holds
from then on. Nobody could read a point earlier, so nobody is accused of it earlier."""


def compile_point(raw: RawPoint) -> KnowledgePoint:
    """The executable form of one record, or `Uncompilable` with the reason.

    >>> raw = RawPoint(id="KP-1", rule_class="医疗服务项目限定频次", name="Ⅱ级护理",
    ...                codes=("001201000040000",), constraint="日")
    >>> compile_point(raw).rule
    'CH-04'
    """
    known = CLASSES.get(raw.rule_class)
    if known is None:
        raise Uncompilable(f"规则类没有执行器: {raw.rule_class or '（空）'}")
    return KnowledgePoint(
        id=raw.id,
        rule_class=raw.rule_class,
        official_code=raw.official_code or known.official_code,
        rule=known.rule,
        name=raw.name,
        codes=tuple(dict.fromkeys(raw.codes)),
        published=raw.constraint,
        batch=raw.batch,
        constraint=_constraint(raw),
        valid_from=moment(raw.published) if raw.published else FIRST_PUBLISHED,
        supersedes=raw.supersedes,
        explicit=bool(raw.extra),
    )


def _constraint(raw: RawPoint) -> AnyConstraint:
    if not raw.codes:
        if raw.name.startswith(("说明", "备注", "注：")):
            return Note()
        raise Uncompilable("没有项目代码")
    if any(not code.strip() or len(code) > 30 for code in raw.codes):
        raise Uncompilable("项目代码为空或过长")
    return CLASSES[raw.rule_class].compile(raw)


def in_succession(points: Iterable[KnowledgePoint]) -> Sequence[KnowledgePoint]:
    """The points with their ends: a point holds until the first one that supersedes it does."""
    points = list(points)
    ends: dict[str, Moment] = {}
    for point in points:
        if point.supersedes:
            ends[point.supersedes] = min(point.valid_from, ends.get(point.supersedes, END_OF_TIME))
    return [
        point
        if point.valid_to == (end := ends.get(point.id, END_OF_TIME))
        else msgspec.structs.replace(point, valid_to=end)
        for point in points
    ]
