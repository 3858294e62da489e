"""The words that constraints are written in: units, settings, scopes, periods."""

from __future__ import annotations

from typing import Final

from domain.codes import MALE

YEAR: Final = "岁"
MONTH: Final = "月"
DAY_OLD: Final = "天"

INPATIENT: Final = "住院"
EMERGENCY_ROOM: Final = "急诊"

WORK_INJURY: Final = "工伤"
MATERNITY_INSURANCE: Final = "生育"

SAME_HOUR: Final = "同一小时"
WITHIN_6_HOURS: Final = "6小时"
SAME_DAY: Final = "单日"
SAME_VISIT: Final = "单次就诊"

PER_DAY: Final = "日"
PER_WEEK: Final = "周"
PER_MONTH: Final = "月"
PER_YEAR: Final = "年"
PER_VISIT: Final = "次就诊"


def sex_name(sex: str) -> str:
    """The Chinese word of a national sex code.

    >>> sex_name("1"), sex_name("2")
    ('男', '女')
    """
    return "男" if sex == MALE else "女"


def level_name(level: int) -> str:
    return f"{'一二三'[level - 1]}级"
