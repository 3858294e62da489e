"""Places of institutions and the distances between them."""

from __future__ import annotations

from math import asin, cos, radians, sin, sqrt
from typing import Final

from rules.view import Registers

EARTH_KM: Final = 6371.0088  # mean radius, IUGG

Point = tuple[float, float]
"""Latitude and longitude in degrees."""


def distance_km(here: Point, there: Point) -> float:
    """Great-circle distance by the haversine formula.

    >>> round(distance_km((29.98, 122.21), (31.73, 116.52)))
    577
    """
    (lat1, lng1), (lat2, lng2) = here, there
    half = (
        sin(radians(lat2 - lat1) / 2) ** 2
        + cos(radians(lat1)) * cos(radians(lat2)) * sin(radians(lng2 - lng1) / 2) ** 2
    )
    return 2 * EARTH_KM * asin(sqrt(min(1.0, half)))


def place_of(registers: Registers, institution: str, at: int) -> Point | None:
    """Where an institution was at that moment; None when the register does not say."""
    entry = registers.at("institution", institution, at)
    if entry is None:
        return None
    try:
        point = float(entry.get("lat")), float(entry.get("lng"))
    except ValueError:
        return None
    plausible = -90 <= point[0] <= 90 and -180 <= point[1] <= 180 and point != (0.0, 0.0)
    return point if plausible else None


def name_of(registers: Registers, institution: str, at: int) -> str:
    """The institution's name, or its code when the register does not know it."""
    entry = registers.at("institution", institution, at)
    return (entry.get("fixmedins_name") if entry else "") or institution
