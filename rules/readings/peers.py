"""Peers: who is compared with whom, and how far from the others is far (domain/06 §6.0)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from domain import robust
from rules.view import Registers

MIN_PEERS: Final = 20
MIN_EVENTS: Final = 30  # of the one compared; below, its own figure is mostly chance
_REGION_DIGITS: Final = 4  # admdvs down to the prefecture, the pooling area (统筹区)


def robust_z(
    value: float,
    peers: Sequence[float],
    events: int,
    *,
    min_peers: int = MIN_PEERS,
    min_events: int = MIN_EVENTS,
) -> float | None:
    """`domain.robust.robust_z` against the peers; None where too little is known (06-rules §6.0).

    When all peers agree, whoever differs is infinitely far off; a rule that can meet this asks
    for a least count beside z.

    >>> robust_z(9.0, [1.0, 2.0, 3.0, 4.0] * 5, 100)
    4.384...
    >>> robust_z(3.0, [0.0] * 20, 100), robust_z(3.0, [0.0] * 19, 100)
    (inf, None)
    """
    if len(peers) < min_peers or events < min_events:
        return None
    return robust.robust_z(value, peers)


def stratum_of(registers: Registers, institution: str, at: int) -> str:
    """``type|level|region`` of an institution, the empty text when the register lacks one."""
    entry = registers.at("institution", institution, at)
    if entry is None:
        return ""
    kind, level = entry.get("fixmedins_type"), entry.get("hosp_lv")
    region = city_of(registers, institution, at)
    return f"{kind}|{level}|{region}" if kind and level and region else ""


def city_of(registers: Registers, institution: str, at: int) -> str:
    """The pooling area an institution lies in, by its admdvs; empty when the register lacks it."""
    entry = registers.at("institution", institution, at)
    return entry.get("admdvs")[:_REGION_DIGITS] if entry else ""
