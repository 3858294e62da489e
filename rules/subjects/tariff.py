"""What an institution usually charges: its days' tallies of amounts and prices.

Apart from the institution itself, which hears of every settlement, because sixty days of tallies
make a large record and this one is written once a day.
"""

from __future__ import annotations

from typing import Final

from domain.facts import Signal
from domain.moments import DAY
from rules.subjects.subject import Subject

TARIFF: Final = "tariff"
COUNTS: Final = "tariff.counts"
"""Name of the signals that tell a day's counts of amounts and prices."""

SUBJECT = Subject(
    name=TARIFF,
    description="机构收费习惯",
    keeps={Signal: 70 * DAY},
    signals={COUNTS: 135 * DAY},  # so that the oldest repeat kept still has sixty days before it
)
