"""The words that the stages of SW-02 share: its parameters and the names of its signals."""

from __future__ import annotations

from typing import Final

from rules.rule import Parameters

SCAN: Final = "SW-02.scan"
"""A sale to the drug's day: trace codes of its lines that the goods sold for it do not bear."""

SCANNED: Final = "SW-02.scanned"
"""The day to the stock: a product that such codes name."""

SEEN: Final = "SW-02.seen"
"""The stock to the product: this institution books it under this drug code."""

FOREIGN: Final = "SW-02.foreign"
"""The product, by way of the stock and the day, to the sale: it is another drug's."""

UNSOLD: Final = "SW-02.unsold"
"""A sale to the stock: was this drug ever bought?"""

UNBOUGHT: Final = "SW-02.unbought"
"""The stock to what was sold without a settlement: did something of this amount leave?"""


class DrugSubstitutionParameters(Parameters, frozen=True, kw_only=True):
    """06-rules SW-02; all but the wait and the year are choices of this rule."""

    wait_hours: int = 72
    no_purchase_days: int = 365
    same_time_minutes: int = 10
    learned_from_institutions: int = 3
    learned_from_packs: int = 10
    learned_min_share: float = 0.9
    learned_days: int = 365
    accused_days: int = 90  # back from the last time the product was seen under the wrong drug
