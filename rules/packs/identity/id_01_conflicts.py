"""What was charged against who the person is: items of the other sex, or of another age.

The knowledge base says whom an item is for; its own executors say whether the person is another.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from domain.facts import Settled
from domain.findings import WATCH
from rules.knowledge.case import Case
from rules.knowledge.charges import Charge, charges
from rules.knowledge.constraints import AgeLimit, SexLimit
from rules.knowledge.executors import EXECUTORS
from rules.knowledge.point import KnowledgePoint
from rules.packs.identity.id_01_parameters import CredentialParameters
from rules.readings.claims import with_lines
from rules.readings.encounters import encounter_of
from rules.view import View

Limit = type[SexLimit] | type[AgeLimit]


def conflict(view: View, claim: Settled, limit: Limit, p: CredentialParameters) -> str:
    """The first contradiction of this kind in what was settled, in words; empty for none."""
    encounter = encounter_of(view, claim.visit)
    if encounter is None or not view.knowledge.points:
        return ""
    for point, charged in _limited(view, claim, limit):
        breach = EXECUTORS[limit](Case(view, point, encounter, charged), p)
        if breach is not None and breach.severity != WATCH:
            return f"“{point.name}”{breach.said}"
    return ""


def _limited(
    view: View, claim: Settled, limit: Limit
) -> Iterator[tuple[KnowledgePoint, list[Charge]]]:
    """The limits on what was settled, with the lines each is about."""
    found: dict[str, tuple[KnowledgePoint, list[Charge]]] = {}
    for line in with_lines(view, claim).lines:
        for point in view.knowledge.of(line.code, line.at):
            if isinstance(point.constraint, limit):
                charge = Charge(line, claim.visit, claim.ref)
                found.setdefault(point.id, (point, []))[1].append(charge)
    yield from (found[id] for id in sorted(found))


def limited_visits(view: View) -> Mapping[str, None]:
    """Visits with a line that is for one sex or age alone, in order."""
    return {
        visit: None
        for visit, charged in view.once(charges).by_visit.items()
        if any(_is_limited(view, charge) for charge in charged)
    }


def _is_limited(view: View, charge: Charge) -> bool:
    points = view.knowledge.all_of(charge.line.code)
    return any(isinstance(point.constraint, SexLimit | AgeLimit) for point in points)
