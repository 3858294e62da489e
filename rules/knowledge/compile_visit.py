"""From text to limits on the visit: insurance, setting, level of the institution, channel."""

from __future__ import annotations

import re
from typing import Final

from rules.knowledge.constraints import CareLimit, InsuranceLimit, LevelLimit, OnlineBan
from rules.knowledge.raw import RawPoint, Uncompilable
from rules.knowledge.words import EMERGENCY_ROOM, INPATIENT, MATERNITY_INSURANCE, WORK_INJURY

_LEVELS: Final = {"二级": 2, "三级": 3}
_FIRST: Final = re.compile("首次处方时需由")


def insurance_limit(raw: RawPoint) -> InsuranceLimit:
    words = raw.says("对象") + raw.constraint + raw.rule_class
    found = [one for one in (WORK_INJURY, MATERNITY_INSURANCE) if one in words]
    if len(found) != 1:
        raise Uncompilable(f"看不出限何险种: {raw.constraint[:60]}")
    return InsuranceLimit(insurance=found[0])


def care_limit(raw: RawPoint) -> CareLimit:
    """The settings a text allows; the text may allow more than the list's own column."""
    words = raw.constraint + raw.says("值域")
    settings = tuple(one for one in (EMERGENCY_ROOM, INPATIENT) if one in words)
    if not settings:
        raise Uncompilable(f"看不出限何就医方式: {raw.constraint[:60]}")
    return CareLimit(settings=settings)


def level_limit(raw: RawPoint) -> LevelLimit:
    """The lowest level that any alternative of the text allows.

    >>> text = "需三级医院眼科或二级及以上眼科专科医院医师处方"
    >>> level_limit(RawPoint(id="1", rule_class="", name="", codes=(), constraint=text)).least
    2
    """
    words = raw.constraint + raw.says("值域")
    levels = [level for word, level in _LEVELS.items() if word in words]
    if not levels:
        raise Uncompilable(f"看不出限何机构级别: {raw.constraint[:60]}")
    return LevelLimit(least=min(levels), first_only=bool(_FIRST.search(words)))


def online_ban(raw: RawPoint) -> OnlineBan:
    if "互联网" not in raw.constraint + raw.detect_logic:
        raise Uncompilable(f"文字未提及互联网: {raw.constraint[:60]}")
    return OnlineBan()
