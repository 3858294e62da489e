"""The words that the stages of PS-01 share: its parameters and the names of its signals."""

from __future__ import annotations

from typing import Final

from rules.rule import Parameters

OPEN: Final = "PS-01.open"
"""A sale to its institution's day: drugs are settled that nothing says were handed over."""

LINE: Final = "PS-01.line"
"""A sale to the drug's stock: was there any to hand over?"""

UNSUPPORTED: Final = "PS-01.unsupported"
"""The day to the institution: such a sale, and how many lines in a row lack a sale with it."""

SERIES: Final = "PS-01.series"
"""The day to the institution: so many lines in a row that each for itself says nothing."""

DAY_TALLY: Final = "PS-01.day"
"""The day to the institution: how many drug lines it had, how many were supported, and how many
before the first and after the last of these were not."""

PROOF: Final = "PS-01.proof"
"""The stock to the institution: there was none, or what is scanned there was not scanned."""

STOCK_PROOF: Final = "库存"
SCAN_PROOF: Final = "追溯码"


class EmptySwipeParameters(Parameters, frozen=True, kw_only=True):
    """06-rules PS-01 and §6.5; the last five are choices of this rule."""

    warning_hours: int = 24
    wait_hours: int = 72
    rate_days: int = 7
    rate_min: float = 0.05
    streak_days: int = 3
    streak_lines: int = 3
    outage_lines: int = 20
    connected_days: int = 14  # within which an institution must have had a supported sale
    scan_from: str = "2025-07-01"
    scan_days: int = 30
    scan_min_sales: int = 3  # with trace codes, before a drug counts as scanned there
    closing_slack_hours: int = 1  # a day's books close this long after its last warning
