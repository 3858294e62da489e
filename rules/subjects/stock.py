"""One drug on one institution's shelves: its ledger, a tally for each day on which it moved.

The key is ``fixmedins_code|med_list_codg``.
"""

from __future__ import annotations

from typing import Final

from domain.facts import Signal
from domain.moments import DAY
from rules.subjects.subject import Subject

STOCK: Final = "stock"

SUBJECT = Subject(
    name=STOCK,
    description="机构药品库存",
    keeps={Signal: 400 * DAY},  # look-back of purchases, sales and stock; 06-rules §6.1
    signals={"PS-01.line": 30 * DAY, "SW-02.unsold": 30 * DAY},  # asked once, answered at once
)


def key_of(institution: str, code: str) -> str:
    return f"{institution}|{code}"


def institution_of(key: str) -> str:
    """The institution of a stock key; a drug code holds no bar.

    >>> institution_of(key_of("H33|1", "XA02"))
    'H33|1'
    """
    return key.rpartition("|")[0]


def code_in(key: str) -> str:
    return key.rpartition("|")[2]
