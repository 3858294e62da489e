"""What PS-03 calls closed: its parameters, and the hours a settlement lies outside of."""

from __future__ import annotations

from domain.facts import Settled
from domain.moments import DAY, MINUTE
from rules.readings.counters import (
    Hours,
    at_counter,
    clock_time,
    is_emergency,
    never_closes,
    opening_hours,
)
from rules.rule import Parameters
from rules.view import Registers


class ClosedHoursParameters(Parameters, frozen=True, kw_only=True):
    """06-rules PS-03 (night, min_n, ratio_z); peers and settlements as §6.0 has them.

    Clock times are China Standard Time; counts are settlements. The slack and the least count of
    a month are choices of this rule.
    """

    night_from: str = "22:30"
    night_to: str = "06:00"
    slack_minutes: int = 10
    min_swipes_a_night: int = 3
    share_z: float = 3.0
    min_swipes_a_month: int = 10
    min_peers: int = 20
    min_settlements_a_month: int = 30
    told_after_days: int = 2  # after the month's end; late data come within 48 h (06-rules §6.2)
    judged_after_days: int = 3


def closed_hours(registers: Registers, claim: Settled, p: ClosedHoursParameters) -> Hours | None:
    """The hours that this settlement lies outside of; None when it may well be where it is."""
    if not at_counter(claim) or is_emergency(claim):
        return None
    if never_closes(registers, claim.institution, claim.at):
        return None
    hours = opening_hours(registers, claim.institution, claim.at) or usual_hours(p)
    return None if hours.hold(claim.at, p.slack_minutes * MINUTE) else hours


def usual_hours(p: ClosedHoursParameters) -> Hours:
    """The hours of a counter that registered none: all but the night."""
    return Hours(opens=clock_time(p.night_to) or 0, closes=clock_time(p.night_from) or DAY)
