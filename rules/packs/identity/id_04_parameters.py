"""Parameters of ID-04, and the names of what its stages tell each other."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from rules.rule import Parameters

RUN: Final = "ID-04.run"
CROWDED: Final = "ID-04.crowded"


class GatheringParameters(Parameters, frozen=True, kw_only=True):
    """06-rules ID-04: a pharmacist needs over 45 s for a customer whose packs are scanned."""

    gap_seconds: int = 45
    run_min_pharmacy: int = 8
    run_min_clinic: int = 6
    distinct_persons: int = 5
    alike_share: float = 0.5
    amount_tolerance: Decimal = Decimal("0.05")
    crowd_minutes: int = 10
    repeat_days: int = 3
    repeat_window_days: int = 30
    same_band_jaccard: float = 0.6
    late_entry_minutes: int = 60
