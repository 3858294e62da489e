"""The starter knowledge: a handful of points in force until the published lists are imported.

They let a fresh installation show what knowledge points do, on the items that the simulated city
charges wrongly. They are no substitute for the published lists, and `doctor` says so.
"""

from __future__ import annotations

from functools import cache
from typing import Final

from rules.knowledge.base import KnowledgeBase
from rules.knowledge.compile import compile_point
from rules.knowledge.raw import RawPoint

VERSION: Final = "starter"

_CONTAINED: Final = (
    ("003110000100000", "003110000060000", "血液灌流×血液透析", "灌流已含透析"),
    ("001202000010000", "001202000020000", "大抢救×中抢救", "大抢救已含中抢救"),
    ("002501030010000", "002506010010000", "粪便常规×粪寄生虫镜检", "常规已含镜检"),
    ("002101010020000", "002101010010000", "食管钡餐透视×普通透视", "钡餐透视已含普通透视"),
)
_FOR_ONE_SEX: Final = (
    ("XG04CBA088A001010101467", "爱普列特片", "限男性"),
    ("ZD02AAF0202010105046", "妇科千金片", "限女性"),
    ("ZD01BAY0318010100281", "益母草颗粒", "限女性"),
)


@cache
def starter() -> KnowledgeBase:
    """The knowledge base of an installation that nothing was imported into."""
    points = [
        RawPoint(
            id=f"KP-starter-{code}",
            rule_class="医疗服务项目重复收费",
            name=name,
            codes=(code, contained),
            constraint=constraint,
            detect_logic="项目A和项目B同时收费",
            batch=VERSION,
        )
        for code, contained, name, constraint in _CONTAINED
    ] + [
        RawPoint(
            id=f"KP-starter-{code}",
            rule_class="药品区分性别使用",
            name=name,
            codes=(code,),
            constraint=constraint,
            detect_logic="与限定性别不符",
            batch=VERSION,
        )
        for code, name, constraint in _FOR_ONE_SEX
    ]
    return KnowledgeBase([compile_point(point) for point in points], VERSION)
