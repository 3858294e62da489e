"""One basket of drugs at one institution in one natural month: everybody who bought just that.

The key is ``fixmedins_code|basket|yyyy-MM``, the basket a digest of codes and quantities.
"""

from __future__ import annotations

from typing import Final

from domain.facts import Signal
from domain.moments import DAY
from rules.subjects.institution_month import month_of
from rules.subjects.subject import Subject

BASKET_MONTH: Final = "basket_month"

SUBJECT = Subject(name=BASKET_MONTH, description="机构组合自然月", keeps={Signal: 31 * DAY})


def key_of(institution: str, basket: str, at: int) -> str:
    return f"{institution}|{basket}|{month_of(at)}"


def institution_of(key: str) -> str:
    """The institution of such a key; digests and months hold no bar.

    >>> institution_of("H33|1|a1b2|2026-05")
    'H33|1'
    """
    return key.rsplit("|", 2)[0]


def basket_in(key: str) -> str:
    return key.rsplit("|", 2)[1]
