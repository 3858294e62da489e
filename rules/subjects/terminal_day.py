"""One natural day of one terminal: every settlement made on it, so that a settlement reversed
months later is still found, and a busy counter's state stays as small as its day.

The key is ``fixmedins_code|dev_no|day``. A day also holds the last minutes of the day before and
the first hour of the next, for a run of settlements does not stop at midnight.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from domain.facts import Signal
from domain.moments import DAY, HOUR, MINUTE, day_of, seconds_into_day
from rules.subjects.subject import Subject

TERMINAL_DAY: Final = "terminal_day"

SUBJECT = Subject(name=TERMINAL_DAY, description="终端自然日", keeps={Signal: 2 * DAY})

_BEFORE_MIDNIGHT: Final = 10 * MINUTE
_AFTER_MIDNIGHT: Final = HOUR


def keys_of(terminal: str, at: int) -> Iterator[str]:
    """The days of a terminal (a key of `rules.subjects.terminal`) that a moment lies in or near.

    >>> list(keys_of("H1|D1", -8 * HOUR + 60)), list(keys_of("H1|D1", 0))
    (['H1|D1|0', 'H1|D1|-1'], ['H1|D1|0'])
    """
    day, seconds = day_of(at), seconds_into_day(at)
    yield f"{terminal}|{day}"
    if seconds < _AFTER_MIDNIGHT:
        yield f"{terminal}|{day - 1}"
    if seconds >= DAY - _BEFORE_MIDNIGHT:
        yield f"{terminal}|{day + 1}"


def terminal_of(key: str) -> str:
    """The key of the terminal itself."""
    return key.rpartition("|")[0]


def day_in(key: str) -> int:
    """The natural day of a key, as `domain.moments.day_of` counts."""
    return int(key.rpartition("|")[2])
