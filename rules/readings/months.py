"""Months that are compared with peers: when their figures are told, and to whom.

A month is told some days after its end, when late data have come, and compared a day later, when
all have told. Who its institution is compared with, the register says at the month's last moment.
"""

from __future__ import annotations

from domain.moments import DAY, Moment
from rules.readings.peers import stratum_of
from rules.subjects import peers
from rules.subjects.institution_month import end_of, month_in
from rules.view import View


def due_after(key: str, days: int) -> Moment:
    """So many days after the month that a subject's key ends with.

    >>> due_after("H33|2026-05", 2) - due_after("2|11|3309|2026-05", 0) == 2 * DAY
    True
    """
    return Moment(end_of(month_in(key)) + days * DAY)


def last_moment(key: str) -> Moment:
    """The last moment of the month that a subject's key ends with."""
    return Moment(end_of(month_in(key)) - 1)


def peers_of(view: View, institution: str) -> str:
    """The peers of an institution in this month, as a key; empty where the register lacks it."""
    stratum = stratum_of(view.registers, institution, last_moment(view.key))
    return peers.key_of(stratum, month_in(view.key)) if stratum else ""
