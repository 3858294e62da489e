"""One natural month of one institution: its days' tallies. The key is ``fixmedins_code|yyyy-MM``.

A month is closed in itself: whatever arrives late finds all other days of its month still there,
so a sum over the month is a sum over all of it.
"""

from __future__ import annotations

from datetime import date
from typing import Final

from domain.facts import Signal
from domain.moments import DAY, Moment, date_of, moment
from rules.subjects.subject import Subject

INSTITUTION_MONTH: Final = "institution_month"

SUBJECT = Subject(name=INSTITUTION_MONTH, description="机构自然月", keeps={Signal: 31 * DAY})


def month_of(at: int) -> str:
    """The natural month in China, ``yyyy-MM``."""
    return date_of(at).isoformat()[:7]


def end_of(month: str) -> Moment:
    """The first moment after a month.

    >>> end_of("2026-12") == moment("2027-01-01")
    True
    """
    year, number = int(month[:4]), int(month[5:])
    following = date(year + number // 12, number % 12 + 1, 1)
    return moment(following.isoformat())


def key_of(institution: str, at: int) -> str:
    return f"{institution}|{month_of(at)}"


def institution_of(key: str) -> str:
    return key.rpartition("|")[0]


def month_in(key: str) -> str:
    """The month of an institution-month key, or of any key that ends with one."""
    return key.rpartition("|")[2]
