"""What an executor is given, and what it answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from msgspec import Struct

from domain.moments import DAY, Moment
from domain.money import ZERO
from rules.knowledge.charges import Charge, Charges, charges
from rules.knowledge.constraints import AnyConstraint
from rules.knowledge.point import KnowledgePoint
from rules.readings.diagnoses import has_prefix
from rules.readings.encounters import Encounter, encounters
from rules.view import View


@dataclass(frozen=True, slots=True)
class Case:
    """One point and one visit: the lines of the visit that the point speaks of, that the fund is
    asked to pay for, and that were charged while the point was in force."""

    view: View
    point: KnowledgePoint
    encounter: Encounter
    paid: Sequence[Charge]

    @property
    def constraint(self) -> AnyConstraint:
        return self.point.constraint

    @property
    def charges(self) -> Charges:
        return self.view.once(charges)

    def diagnoses(self, lookback_days: int) -> set[str]:
        """Diagnoses of this visit and of visits begun so many days before it."""
        own, since = self.encounter, self.encounter.begin - lookback_days * DAY
        return {
            code
            for other in self.view.once(encounters).values()
            if other.visit == own.visit or since <= other.begin <= own.begin
            for code in other.diagnoses
        }

    def has_diagnosis(self, prefixes: Sequence[str], lookback_days: int) -> bool:
        return any(has_prefix(code, prefixes) for code in self.diagnoses(lookback_days))


class Accused(Struct, frozen=True):
    """A charge and the part of what the fund is asked for that is in question, in yuan."""

    charge: Charge
    amount: Decimal


class Breach(Struct, frozen=True, kw_only=True):
    """What an executor says of a case: ``said`` follows the item's name in the explanation."""

    accused: tuple[Accused, ...]
    said: str
    would_pass: str
    severity: int = 0
    also: tuple[Charge, ...] = ()
    about_visit: dict[str, str] = {}
    window: tuple[Moment, Moment] | None = None
    hits: int = 1
    formula: str = ""

    @property
    def amount(self) -> Decimal:
        return sum((one.amount for one in self.accused), ZERO)


def in_full(paid: Sequence[Charge]) -> tuple[Accused, ...]:
    """The charges with all the fund is asked for (M1, M3)."""
    return tuple(Accused(charge, charge.line.covered) for charge in paid)
