"""Numbers and times as people of this language write them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Final

from api.languages import Language
from domain.moments import CHINA, ImpossibleTime, moment, to_datetime
from domain.money import yuan

_TIME: Final = re.compile(r"\d{4}-\d{2}-\d{2}([ T]\d{2}:\d{2}(:\d{2})?)?(\+\d{2}:\d{2})?")
_KILO: Final = 1024
_MONTHS: Final = "JanFebMarAprMayJunJulAugSepOctNovDec"


def money(value: Decimal | str | None) -> str:
    """Yuan with separators.

    >>> money(Decimal("1234.5")), money("-0.4"), money(None)
    ('¥1,234.50', '-¥0.40', '—')
    """
    if value is None:
        return "—"
    try:
        exact = Decimal(yuan(Decimal(value)))
    except InvalidOperation:
        return str(value)
    return f"{'-' if exact < 0 else ''}¥{abs(exact):,.2f}"


def when(value: datetime, language: Language) -> str:
    """A moment in China.

    >>> from datetime import UTC
    >>> when(datetime(2026, 3, 1, 1, 2, tzinfo=UTC), "zh")
    '2026年3月1日 09:02'
    >>> when(datetime(2026, 3, 1, 1, 2, tzinfo=UTC), "en")
    '1 Mar 2026 09:02'
    """
    local = value.astimezone(CHINA)
    return f"{day(local.date(), language)} {local:%H:%M}"


def day(value: date, language: Language) -> str:
    if language == "zh":
        return f"{value.year}年{value.month}月{value.day}日"
    month = _MONTHS[3 * value.month - 3 : 3 * value.month]
    return f"{value.day} {month} {value.year}"


def operand(value: str, language: Language) -> str:
    """A value of the evidence: a time is written out, anything else is shown as it is."""
    if not _TIME.fullmatch(value):
        return value
    try:
        at = to_datetime(moment(value))
    except ImpossibleTime:
        return value
    return day(at.date(), language) if len(value) == len("2026-03-01") else when(at, language)


def moment_in(values: Mapping[str, str]) -> datetime | None:
    """The first time among the values of a piece of evidence, if there is one."""
    for value in values.values():
        if _TIME.fullmatch(value):
            try:
                return to_datetime(moment(value))
            except ImpossibleTime:
                continue
    return None


def percent(value: float) -> str:
    """A priority as a number to read at a glance.

    >>> percent(0.7443)
    '74'
    """
    return f"{value * 100:.0f}"


def signed(value: float) -> str:
    return f"{value:+.2f}"


def size(value: int) -> str:
    """A file's size.

    >>> size(3), size(5 * 1024 * 1024)
    ('3 B', '5,120.0 KB')
    """
    return f"{value} B" if value < _KILO else f"{value / _KILO:,.1f} KB"


def formats(language: Language) -> dict[str, Callable[..., str]]:
    """The filters that templates use."""
    return {
        "money": money,
        "percent": percent,
        "signed": signed,
        "size": size,
        "when": lambda value: when(value, language),
        "operand": lambda value: operand(str(value), language),
    }
