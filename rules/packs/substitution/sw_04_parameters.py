"""SW-04's parameters, which its two limbs share."""

from __future__ import annotations

from decimal import Decimal

from rules.rule import Parameters


class DailyGoodsParameters(Parameters, frozen=True, kw_only=True):
    """06-rules SW-04; all but z, the persons and the round share are choices of this rule."""

    wait_hours: int = 72
    package_min_drugs: int = 2
    package_min_persons: int = 20
    support_min_z: float = 4.0
    round_to_yuan: Decimal = Decimal(5)
    round_min_share: float = 0.5
    unsold_min_share: float = 0.5
    min_peers: int = 20
    min_settlements_a_month: int = 30
    told_min_persons: int = 3  # whoever tells fewer is taken to have had one fewer than that
    told_after_days: int = 4  # after the month's end, when its last sale is 72 h overdue
    judged_after_days: int = 5
