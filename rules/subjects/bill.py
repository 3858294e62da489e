"""A numbered bill or invoice of one institution: all settlements that name it.

The key is ``fixmedins_code|kind|number``, for numbers are issued by each institution, and an
invoice (``invono``) and a receipt (``bill_no``) in series of their own.
"""

from __future__ import annotations

from typing import Final

from domain.facts import Signal
from domain.moments import DAY
from rules.subjects.subject import Subject

BILL: Final = "bill"

SUBJECT = Subject(
    name=BILL,
    description="票据",
    keeps={Signal: 730 * DAY},  # a bill may be handed in by hand in the year after
)


def key_of(institution: str, kind: str, number: str) -> str:
    return f"{institution}|{kind}|{number}"


def kind_in(key: str) -> str:
    """The kind of number in a bill's key; a number may hold bars of its own, a kind does not.

    >>> kind_in(key_of("H1", "invono", "33|7")), number_in(key_of("H1", "invono", "33|7"))
    ('invono', '33|7')
    """
    return key.split("|", 2)[1]


def number_in(key: str) -> str:
    return key.split("|", 2)[2]
