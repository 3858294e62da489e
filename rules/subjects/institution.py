"""The institution: what its persons' and days' states tell about it."""

from __future__ import annotations

from typing import Final

from domain.facts import Signal
from domain.moments import DAY
from rules.subjects.subject import Subject

INSTITUTION: Final = "institution"

SUBJECT = Subject(
    name=INSTITUTION,
    description="定点医药机构",
    keeps={Signal: 60 * DAY},
)
