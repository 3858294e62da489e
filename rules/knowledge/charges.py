"""The charged lines that knowledge points speak of, and nothing of the others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from domain.facts import Fees, Line, Settled
from domain.moments import Moment
from rules.readings.claims import lines_by_visit
from rules.view import View


class Charge(NamedTuple):
    """A net line with the visit it belongs to and the event that uploaded it."""

    line: Line
    visit: str
    ref: str

    @property
    def paid(self) -> bool:
        """Whether the fund is asked to pay for it; a line at the patient's expense breaches no
        condition of payment."""
        return self.line.covered > 0


class Charges:
    """Charges by visit and by code, in order of time."""

    def __init__(self, found: Iterable[Charge], view: View) -> None:
        self.by_visit: dict[str, list[Charge]] = {}
        self.by_code: dict[str, list[Charge]] = {}
        self._spans: dict[str, dict[str, tuple[Moment, Moment]]] = {}
        for charge in found:
            self.by_visit.setdefault(charge.visit, []).append(charge)
            self.by_code.setdefault(charge.line.code, []).append(charge)
            for rule in view.knowledge.rules_of(charge.line.code):
                spans = self._spans.setdefault(rule, {})
                first, _ = spans.get(charge.visit, (charge.line.at, None))
                spans[charge.visit] = first, charge.line.at

    def visits_of(self, rule: str) -> dict[str, tuple[Moment, Moment]]:
        """The visits with lines that this rule looks at, from the first to the last of them."""
        return self._spans.get(rule, {})

    def of_codes(self, codes: Iterable[str]) -> list[Charge]:
        """All charges of these codes in all visits, in order of time."""
        found = [charge for code in codes for charge in self.by_code.get(code, ())]
        return sorted(found, key=in_time)


def in_time(charge: Charge) -> tuple[Moment, str, str]:
    return charge.line.at, charge.visit, charge.line.id


def charges(view: View) -> Charges:
    """The charges some point of the knowledge base is about."""
    if not view.knowledge.points:
        return Charges((), view)
    return Charges(sorted(_known(view), key=in_time), view)


def _known(view: View) -> Iterator[Charge]:
    rules_of = view.knowledge.rules_of
    uploads: dict[str, dict[str, str]] | None = None
    for visit, lines in view.once(lines_by_visit).items():
        for line in lines:
            if rules_of(line.code):
                uploads = view.once(_uploads) if uploads is None else uploads
                yield Charge(line, visit, uploads.get(visit, {}).get(line.id, ""))


def _uploads(view: View) -> dict[str, dict[str, str]]:
    """The event that first uploaded each line, by visit and line id."""
    found: dict[str, dict[str, str]] = {}
    facts: list[Fees | Settled] = [*view.all(Fees), *view.all(Settled)]
    for fact in facts:
        of_visit = found.setdefault(fact.visit, {})
        for line in fact.lines:
            of_visit.setdefault(line.id, fact.ref)
    return found
