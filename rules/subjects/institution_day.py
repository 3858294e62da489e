"""One natural day of one institution: all its settlements and what is said of them, so that a
busy hospital's state stays as small as its day. The key is ``fixmedins_code|day``."""

from __future__ import annotations

from typing import Final

from domain.facts import Settled, Signal
from domain.moments import DAY, day_of
from rules.subjects.subject import Subject

INSTITUTION_DAY: Final = "institution_day"

SUBJECT = Subject(name=INSTITUTION_DAY, description="机构自然日", keeps={Settled: DAY, Signal: DAY})


def key_of(institution: str, at: int) -> str:
    return f"{institution}|{day_of(at)}"


def institution_of(key: str) -> str:
    """The institution of an institution-day key.

    >>> institution_of(key_of("H33|1", 0))
    'H33|1'
    """
    return key.rpartition("|")[0]


def day_in(key: str) -> int:
    """The natural day of an institution-day key, as `domain.moments.day_of` counts."""
    return int(key.rpartition("|")[2])
