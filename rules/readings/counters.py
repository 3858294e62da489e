"""Counters: settlements made face to face when they say, and the hours a counter is open."""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from domain.codes import EMERGENCY, HOSPITAL_TYPE, REGISTRATION, is_inpatient
from domain.facts import Settled
from domain.moments import DAY, HOUR, MINUTE, day_of, is_date_only, seconds_into_day
from rules.view import Registers

EMERGENCY_LEVELS: Final = frozenset({"1", "2", "3", "4", "5", "6", "7"})
"""hosp_lv of hospitals of the third and second level, which must keep an emergency room."""


class Hours(Struct, frozen=True):
    """Opening hours in seconds into the day; ``closes`` before ``opens`` is past midnight."""

    opens: int
    closes: int

    def hold(self, at: int, slack: int) -> bool:
        """Whether the counter is open then, ``slack`` seconds before and after included."""
        now = seconds_into_day(at)
        opens, closes = self.opens - slack, self.closes + slack
        if self.opens < self.closes:
            return opens <= now <= closes
        return now >= opens or now <= closes

    def night_of(self, at: int) -> int:
        """The natural day in whose evening the closed hours began that this moment lies in.

        >>> late = Hours(opens=8 * HOUR, closes=22 * HOUR)
        >>> late.night_of(23 * HOUR - 8 * HOUR), late.night_of(DAY + HOUR - 8 * HOUR)
        (0, 0)
        """
        return day_of(at) - (seconds_into_day(at) < self.opens)


def is_prompt(at: int, keyed: int) -> bool:
    """Whether a time tells the hour: not of day precision, not keyed more than an hour later."""
    return not is_date_only(at) and not (keyed and keyed - at > HOUR)


def at_counter(claim: Settled) -> bool:
    """Whether this settlement was made at a counter, at the moment it names.

    Not: stays, mere registrations, online visits, reimbursements by hand, late uploads.
    """
    return (
        is_prompt(claim.at, claim.keyed)
        and not (claim.manual or claim.online)
        and claim.med_type != REGISTRATION
        and not is_inpatient(claim.med_type)
    )


def is_emergency(claim: Settled) -> bool:
    return claim.med_type.startswith(EMERGENCY)


def never_closes(registers: Registers, institution: str, at: int) -> bool:
    """Whether it is registered as open day and night, or must keep an emergency room."""
    entry = registers.at("institution", institution, at)
    if entry is None:
        return False
    hospital = entry.get("fixmedins_type") == HOSPITAL_TYPE
    return entry.get("is_24h") == "1" or (hospital and entry.get("hosp_lv") in EMERGENCY_LEVELS)


def opening_hours(registers: Registers, institution: str, at: int) -> Hours | None:
    """The registered hours; None when the register does not tell them."""
    entry = registers.at("institution", institution, at)
    if entry is None:
        return None
    opens, closes = clock_time(entry.get("open_time")), clock_time(entry.get("close_time"))
    return None if opens is None or closes is None or opens == closes else Hours(opens, closes)


def clock_time(written: str) -> int | None:
    """Seconds into the day of ``HH:mm`` (or ``HH:mm:ss``); None when it is no such thing.

    >>> clock_time("22:30"), clock_time("24:00"), clock_time("late")
    (81000, 86400, None)
    """
    parts = written.split(":")
    if not 2 <= len(parts) <= 3 or not all(part.isdigit() for part in parts):
        return None
    seconds = sum(int(part) * unit for part, unit in zip(parts, (HOUR, MINUTE, 1), strict=False))
    return seconds if seconds <= DAY else None
