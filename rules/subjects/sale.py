"""One sale at a counter: the settlement that paid for it and the goods that were handed over.

The key is the settlement id that both name. Goods sold without a settlement lie under their
institution, day and amount instead, where a settlement whose own goods never left can look for
what left in their place.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from domain.facts import Moved, Settled, Signal
from domain.moments import DAY, day_of
from domain.money import yuan
from rules.subjects.subject import Subject

SALE: Final = "sale"

SUBJECT = Subject(
    name=SALE,
    description="一笔销售",
    keeps={Settled: 90 * DAY, Moved: 90 * DAY, Signal: 90 * DAY},  # goods may come back late
)


def cash_key(institution: str, at: int, amount: Decimal) -> str:
    """Where goods sold without a settlement lie.

    >>> cash_key("P1", 0, Decimal("39.8"))
    'P1|0|39.80'
    """
    return f"{institution}|{day_of(at)}|{yuan(amount)}"
