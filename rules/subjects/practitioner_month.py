"""One natural month of one practitioner at one institution: the tallies of the days worked.

The key is ``fixmedins_code|dr_codg|yyyy-MM``; like an institution's, a month is closed in itself.
"""

from __future__ import annotations

from typing import Final

from domain.facts import Signal
from domain.moments import DAY
from rules.subjects.institution_month import month_of
from rules.subjects.subject import Subject

PRACTITIONER_MONTH: Final = "practitioner_month"

SUBJECT = Subject(name=PRACTITIONER_MONTH, description="医师自然月", keeps={Signal: 31 * DAY})


def key_of(institution: str, practitioner: str, at: int) -> str:
    return f"{institution}|{practitioner}|{month_of(at)}"


def practitioner_of(key: str) -> tuple[str, str]:
    """Institution and practitioner of a key.

    >>> practitioner_of(key_of("H33", "D1", 0))
    ('H33', 'D1')
    """
    institution, practitioner, _ = key.rsplit("|", 2)
    return institution, practitioner
