"""One drug at one institution on one natural day: every movement of it.

The key is ``fixmedins_code|med_list_codg|day``. Only the day's tally goes on to the stock, so
that a ledger of a year stays as small as its days.
"""

from __future__ import annotations

from typing import Final

from domain.facts import Moved, Signal
from domain.moments import DAY, day_of
from rules.subjects import stock
from rules.subjects.subject import Subject

STOCK_DAY: Final = "stock_day"

SUBJECT = Subject(name=STOCK_DAY, description="机构药品自然日", keeps={Moved: DAY, Signal: DAY})


def key_of(institution: str, code: str, at: int) -> str:
    return f"{stock.key_of(institution, code)}|{day_of(at)}"


def stock_key_of(key: str) -> str:
    """The key of the stock that this day belongs to.

    >>> stock_key_of(key_of("P1", "XA02", 0))
    'P1|XA02'
    """
    return key.rpartition("|")[0]


def day_in(key: str) -> int:
    return int(key.rpartition("|")[2])
