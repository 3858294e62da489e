"""The parameters that the stages of SW-01 share."""

from __future__ import annotations

from decimal import Decimal

from rules.rule import Parameters


class SubstitutionParameters(Parameters, frozen=True, kw_only=True):
    """06-rules SW-01 (name_sim_min, price_ratio, shares, z); peers as §6.0 has them.

    Similarity and shares run from 0 to 1; ``price_ratio`` is the national price over the
    hospital's own.
    """

    name_similarity: float = 0.55
    price_ratio: Decimal = Decimal("1.5")
    dear_share: float = 0.95
    peers_share: float = 0.5
    volume_z: float = 3.0
    min_peers: int = 20
    min_done: int = 30  # of both techniques in the month
    told_after_days: int = 2  # after the month's end; late data come within 48 h (06-rules §6.2)
    judged_after_days: int = 3
