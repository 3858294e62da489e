"""Findings: what a rule says of what it judged, before anybody is bothered with it."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from msgspec import Struct, field

from domain.facts import Fact
from domain.moments import Moment
from domain.money import ZERO

NOTICE: Final = 1
WATCH: Final = 2
SUSPICIOUS: Final = 3
GRAVE: Final = 4
VIOLATION: Final = 5

CONFIRMABLE: Final = "疑点"
LEAD: Final = "线索"


class Evidence(Struct, frozen=True, array_like=True):
    """One event behind a finding: what it shows, and the operand values taken from it."""

    ref: str
    summary: str
    values: dict[str, str] = {}


class AccusedLine(Struct, frozen=True, array_like=True):
    """A claim line and the part of its amount (yuan) that the finding calls in question."""

    id: str
    code: str
    amount: Decimal


class Finding(Struct, frozen=True, kw_only=True):
    """One cited reason for attention.

    ``anchor`` names what was judged within the subject: the same anchor is the same finding,
    whatever else becomes known. ``whole`` is the amount of a finding that rests on a settlement
    rather than on lines; ``settlement`` then tells the arbiter which. ``rests_on`` are ids of
    lines without which the finding would not stand, though it does not accuse them.
    """

    anchor: str
    at: Moment
    severity: int
    explanation: str
    counterfactual: str
    evidence: tuple[Evidence, ...]
    institution: str
    person: str = ""
    practitioner: str = ""
    visit: str = ""
    settlement: str = ""
    status: str = ""
    phase: str = "post"
    action: str = ""
    lines: tuple[AccusedLine, ...] = ()
    rests_on: tuple[str, ...] = ()
    whole: Decimal = ZERO
    formula: str = ""
    window: tuple[Moment, Moment] | None = None
    knowledge: tuple[str, ...] = ()
    legal: tuple[str, ...] = ()
    score: float | None = None
    contributions: dict[str, str] = {}
    hits: int = 1
    dedup: str = ""
    circumstances: tuple[str, ...] = ()

    @property
    def amount(self) -> Decimal:
        """Amount in question in yuan, by the rule's formula alone."""
        return sum((line.amount for line in self.lines), ZERO) if self.lines else self.whole


class Filed(Fact, frozen=True, array_like=True, kw_only=True, tag="fd"):
    """A finding as it lies on a docket, to be arbitrated with the others there.

    ``ref`` is the alert id. ``withdrawn_by`` names the reversal but for which it would stand.
    """

    rule: str
    version: str
    finding: Finding
    parameters: dict[str, str] = field(default_factory=dict)
    withdrawn_by: str = ""


class Wait(Struct, frozen=True, array_like=True):
    """Judge this anchor again once event time has passed ``until``."""

    until: Moment
