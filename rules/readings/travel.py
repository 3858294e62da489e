"""Journeys: whether a person can have come from one presence to the next in the time between.

Speeds are door-to-door upper bounds, so a journey found impossible is so for everybody. But an
institution with a wrong place in the register makes travellers of all its patients;
`geocode_suspect` tells such a one by its share of impossible arrivals.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from domain.facts import Fact, Signal
from domain.moments import DAY, MINUTE
from rules.projections.institution_day import TALLY
from rules.readings.geography import distance_km
from rules.readings.presence import Presence, presences
from rules.rule import Parameters
from rules.view import View

HIT: Final = "ID-02.hit"


class TravelParameters(Parameters, frozen=True, kw_only=True):
    """Door-to-door speeds are upper bounds; the slack covers queueing (06-rules ID-02)."""

    road_kmh: int = 120
    rail_kmh: int = 250
    air_kmh: int = 700
    rail_from_km: int = 300
    air_from_km: int = 800
    min_km: int = 30
    slack_minutes: int = 45
    window_hours: int = 24
    geocode_days: int = 30
    geocode_min_hits: int = 20
    geocode_max_share: float = 0.01


class Journey(Struct, frozen=True):
    """From one presence to the next, which nobody can have made in those minutes."""

    before: Presence
    after: Presence
    distance_km: float
    minutes: float
    needed_minutes: float


def impossible_journey(view: View, ref: str, p: TravelParameters) -> Journey | None:
    """The journey to the presence of this event; None when it is possible, or cannot be told."""
    pair = _with_previous(view.once(presences), ref)
    if pair is None:
        return None
    before, after = pair
    if before.point is None or after.point is None:
        return None
    minutes = (after.at - before.at) / MINUTE
    if minutes > p.window_hours * 60:
        return None
    distance = distance_km(before.point, after.point)
    needed = needed_minutes(distance, p)
    if distance < p.min_km or minutes >= needed:
        return None
    return Journey(before, after, distance, minutes, needed)


def needed_minutes(distance: float, p: TravelParameters) -> float:
    """The shortest believable time between two places, queueing included."""
    speed = p.road_kmh
    if distance >= p.air_from_km:
        speed = p.air_kmh
    elif distance >= p.rail_from_km:
        speed = p.rail_kmh
    return 60 * distance / speed + p.slack_minutes


def _with_previous(found: Sequence[Presence], ref: str) -> tuple[Presence, Presence] | None:
    for index, presence in enumerate(found):
        if presence.ref == ref:
            return (found[index - 1], presence) if index else None
    return None


def hits_concerned(view: View, fact: Fact) -> Sequence[str]:
    """The hits of an institution that a change among its hits and tallies can concern.

    A new hit concerns itself. Once there are enough of them to doubt the place, it concerns all,
    as does one that is gone: without it they may be too few.
    """
    hits = view.signals(HIT)
    is_hit = isinstance(fact, Signal) and fact.name == HIT
    gone = is_hit and view.find(Signal, fact.ref) is None
    if gone or len(hits) >= TravelParameters().geocode_min_hits:
        return [fact.ref, *(hit.ref for hit in hits)] if is_hit else [hit.ref for hit in hits]
    return [fact.ref] if is_hit else []


def geocode_suspect(view: View, at: int, p: TravelParameters) -> bool:
    """Whether travel hits are so frequent at this institution that its place must be wrong."""
    near = p.geocode_days * DAY
    hits = [hit for hit in view.signals(HIT) if abs(hit.at - at) <= near]
    if len(hits) < p.geocode_min_hits:
        return False
    settlements = sum(
        int(tally.values["settlements"])
        for tally in view.signals(TALLY)
        if abs(tally.at - at) <= near
    )
    return len(hits) > settlements * p.geocode_max_share
