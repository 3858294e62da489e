"""Moments: points on the event-time axis, to the second.

A moment is a plain ``int``, seconds since 1970-01-01 00:00 UTC. State records hold thousands of
them and every window compares them, so they are neither text nor datetime objects; days and
hours are always those of China Standard Time (UTC+8, no daylight saving).
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from functools import lru_cache
from typing import Final, NewType

Moment = NewType("Moment", int)

CHINA: Final = timezone(timedelta(hours=8), "CST")
MINUTE: Final = 60
HOUR: Final = 3_600
DAY: Final = 86_400
NEVER: Final = Moment(0)
END_OF_TIME: Final = Moment(2**53)

_OFFSET: Final = 8 * HOUR
_EARLIEST: Final = date(1900, 1, 1)
_LATEST: Final = date(2199, 12, 31)


class ImpossibleTime(ValueError):
    """A time that is no time: whoever sent it must correct it."""


@lru_cache(maxsize=65_536)
def _midnight(text: str) -> int:
    """Epoch seconds of the China midnight that starts the day ``yyyy-MM-dd``."""
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise ImpossibleTime(f"不是日期: {text!r}") from error
    if not _EARLIEST <= day <= _LATEST:
        raise ImpossibleTime(f"日期超出 1900-2199: {text}")
    return (day.toordinal() - date(1970, 1, 1).toordinal()) * DAY - _OFFSET


def moment(text: str) -> Moment:
    """Read a national time, ``yyyy-MM-dd HH:mm:ss`` or a date alone, in China Standard Time.

    >>> moment("1970-01-01 08:00:05")
    5
    >>> moment("2026-02-30 00:00:00")
    Traceback (most recent call last):
    ...
    domain.moments.ImpossibleTime: 不是日期: '2026-02-30'
    """
    midnight = _midnight(text[:10])
    clock = text[11:]
    if not clock:
        return Moment(midnight)
    if len(clock) != 8 or clock[2] != ":" or clock[5] != ":" or text[10] not in " T":
        return _long_form(text)
    try:
        hours, minutes, seconds = int(clock[:2]), int(clock[3:5]), int(clock[6:])
    except ValueError as error:
        raise ImpossibleTime(f"不是时间: {text!r}") from error
    if not (0 <= hours < 24 and 0 <= minutes < 60 and 0 <= seconds < 60):
        raise ImpossibleTime(f"不是时间: {text!r}")
    return Moment(midnight + hours * HOUR + minutes * MINUTE + seconds)


def _long_form(text: str) -> Moment:
    """Other ISO 8601 forms: with an offset, with milliseconds, without seconds."""
    try:
        stamp = datetime.fromisoformat(text)
    except ValueError as error:
        raise ImpossibleTime(f"不是时间: {text[:40]!r}") from error
    return from_datetime(stamp if stamp.tzinfo else stamp.replace(tzinfo=CHINA))


def from_datetime(stamp: datetime) -> Moment:
    """The moment of an aware datetime; a fraction of a second is dropped."""
    if stamp.tzinfo is None:
        raise ImpossibleTime("时间缺少时区")
    if not _EARLIEST <= stamp.date() <= _LATEST:
        raise ImpossibleTime(f"日期超出 1900-2199: {stamp.date()}")
    return Moment(int(stamp.timestamp()))


def to_datetime(at: int) -> datetime:
    """The aware datetime (China Standard Time) of a moment."""
    return datetime.fromtimestamp(at, UTC).astimezone(CHINA)


def day_of(at: int) -> int:
    """Natural day in China, counted from 1970-01-01.

    >>> day_of(moment("1970-01-02 00:00:00")) - day_of(moment("1970-01-01 23:59:59"))
    1
    """
    return (at + _OFFSET) // DAY


def start_of_day(day: int) -> Moment:
    """The first moment of a natural day as `day_of` counts them."""
    return Moment(day * DAY - _OFFSET)


def date_of(at: int) -> date:
    return date.fromordinal(date(1970, 1, 1).toordinal() + day_of(at))


def seconds_into_day(at: int) -> int:
    return (at + _OFFSET) % DAY


def is_date_only(at: int) -> bool:
    """Whether this time has day precision: a national time of 00:00:00 tells the day alone."""
    return seconds_into_day(at) == 0


def text_of(at: int) -> str:
    """``yyyy-MM-dd HH:mm`` in China Standard Time, or the date alone when that is all we know."""
    stamp = to_datetime(at)
    return stamp.strftime("%Y-%m-%d" if is_date_only(at) else "%Y-%m-%d %H:%M")


def iso(at: int) -> str:
    """RFC 3339 with the China offset.

    >>> iso(0)
    '1970-01-01T08:00:00+08:00'
    """
    return to_datetime(at).isoformat()
