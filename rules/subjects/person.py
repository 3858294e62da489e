"""The insured person: visits, settlements and lines, and the registers about them."""

from __future__ import annotations

from typing import Final

from domain.facts import (
    Care,
    Fees,
    Record,
    Registered,
    Reversed,
    Settled,
    Signal,
    VisitClosed,
    VisitOpened,
    Vitals,
)
from domain.moments import DAY
from rules.subjects.subject import Subject

PERSON: Final = "person"

SUBJECT = Subject(
    name=PERSON,
    description="参保人",
    keeps={
        VisitOpened: 730 * DAY,  # stays; domain/06 §6.1
        VisitClosed: 730 * DAY,
        Fees: 400 * DAY,
        Settled: 400 * DAY,
        Reversed: 400 * DAY,
        Vitals: 400 * DAY,
        Record: 400 * DAY,
        Care: 30 * DAY,
        Registered: 36_500 * DAY,
        Signal: 400 * DAY,
    },
)
