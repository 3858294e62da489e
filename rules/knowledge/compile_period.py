"""From text to limits in time: frequency, course, interval."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

from rules.knowledge.constraints import CourseLimit, FrequencyLimit, IntervalLimit
from rules.knowledge.raw import RawPoint, Uncompilable
from rules.knowledge.words import PER_DAY, PER_MONTH, PER_VISIT, PER_WEEK, PER_YEAR

HOURS_A_DAY: Final = Decimal(24)
DRUG_GAP_DAYS: Final = 7  # 06-rules DP-05: a gap of up to 7 days merges courses
SERVICE_GAP_DAYS: Final = 30  # 06-rules SP-02
DAYS: Final = {"天": 1, "日": 1, "周": 7, "个月": 30, "月": 30}

_PERIODS: Final = (
    ("小时", PER_DAY),
    ("住院", PER_VISIT),
    ("就诊", PER_VISIT),
    ("日", PER_DAY),
    ("天", PER_DAY),
    ("周", PER_WEEK),
    ("月", PER_MONTH),
    ("年", PER_YEAR),
)
_NUMBER: Final = re.compile(r"\d+(?:\.\d+)?")
_CHINESE: Final = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6}


def frequency_limit(raw: RawPoint) -> FrequencyLimit:
    """How often in which period; a period without a number is once (06-rules §6.5).

    An hourly item holds at most 24 hours a day: with its lines charged once a day, nothing
    narrower is certain, and the list itself prints 24.

    >>> frequency_limit(RawPoint(id="1", rule_class="", name="", codes=(), constraint="日")).told
    '每日合计不超过1次，按净数量'
    """
    unit = raw.says("单位") or raw.constraint
    period = next((code for word, code in _PERIODS if word in unit), None)
    if period is None:
        raise Uncompilable(f"看不出限何周期: {raw.constraint[:60]}")
    hourly = "小时" in unit
    found = _NUMBER.search(raw.says("数量") or raw.constraint)
    most = Decimal(found[0]) if found else _in_chinese(raw.constraint)
    if hourly and not found:
        most = HOURS_A_DAY
    if most <= 0:
        raise Uncompilable(f"上限不是正数: {raw.constraint[:60]}")
    return FrequencyLimit(most=most, period=period, hourly=hourly)


def _in_chinese(text: str) -> Decimal:
    return Decimal(next((value for word, value in _CHINESE.items() if f"{word}次" in text), 1))


_COURSE: Final = re.compile(r"(?:不超过|最多支付)(\d+|一)(天|个月|年)")
_ONE_VISIT: Final = re.compile("单次(?:住院)?(?:最多)?支付")


def course_limit(raw: RawPoint) -> CourseLimit:
    """How long a course is paid for.

    Drugs paid for some days are counted by their days of use, as their detection logic says;
    those paid for months, and services (06-rules SP-02), by the span from first to last use.
    """
    found = _COURSE.search(raw.constraint)
    if found is None:
        raise Uncompilable(f"看不出限何疗程: {raw.constraint[:60]}")
    count = 1 if found[1] == "一" else int(found[1])
    days = count if found[2] == "天" else 365 * count if found[2] == "年" else _months(count)
    span = raw.is_service or found[2] != "天"
    return CourseLimit(
        days=days,
        gap_days=SERVICE_GAP_DAYS if span else DRUG_GAP_DAYS,
        span=span,
        one_visit=bool(_ONE_VISIT.search(raw.constraint)),
    )


def _months(count: int) -> int:
    """Days of so many months, a year having 365."""
    return 365 * count // 12


_REFLECTS: Final = re.compile(r"近(\d+)-(\d+)(周|个月)")
_APART: Final = re.compile(r"间隔时间不短于(\d+)(天|周|个月)")


def interval_limit(raw: RawPoint) -> IntervalLimit:
    """How far apart; of a range the lower bound is certain, up to the upper one only watched.

    Where a list gives a cycle of its own, shorter than the physiology in the text, the cycle is
    what is certain, and the lower bound of the text is watched.
    """
    if "每周" in raw.constraint:
        return IntervalLimit(certain_days=7, days=7, by_week=True)
    listed = int(raw.says("周期") or 0)
    if found := _REFLECTS.search(raw.constraint):
        low, high = int(found[1]) * DAYS[found[3]], int(found[2]) * DAYS[found[3]]
        if listed and listed < low:
            return IntervalLimit(certain_days=listed, days=low)
        return IntervalLimit(certain_days=low, days=high)
    if found := _APART.search(raw.constraint):
        days = int(found[1]) * DAYS[found[2]]
        if listed and listed != days:
            raise Uncompilable(f"周期列为{listed}天，与文字不符: {raw.constraint[:60]}")
        return IntervalLimit(certain_days=days, days=days)
    raise Uncompilable(f"看不出限何间隔: {raw.constraint[:60]}")
