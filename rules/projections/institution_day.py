"""Settlements to their institution's day, and the day's tally to the institution."""

from __future__ import annotations

from collections.abc import Iterator

from domain.facts import Fact, Fees, Settled, Signal
from domain.moments import start_of_day
from rules.projections.settlements import settlements_concerned
from rules.rule import Projection, Tell
from rules.subjects.institution import INSTITUTION
from rules.subjects.institution_day import INSTITUTION_DAY, day_in, institution_of, key_of
from rules.subjects.person import PERSON
from rules.view import View

TALLY = "day.tally"


def _to_day(view: View, fact: Fact) -> Iterator[Tell]:
    for claim in settlements_concerned(view, fact):
        yield Tell(INSTITUTION_DAY, key_of(claim.institution, claim.at), claim)


def _tally(view: View, fact: Fact) -> Iterator[Tell]:
    """How many settlements the institution had that day (net)."""
    institution, day = institution_of(view.key), day_in(view.key)
    tally = Signal(
        ref=f"{TALLY} {day}",
        at=start_of_day(day),
        name=TALLY,
        institution=institution,
        values={"settlements": str(len(view.all(Settled)))},
    )
    yield Tell(INSTITUTION, institution, tally)


TO_DAY = Projection(subject=PERSON, triggers=(Settled, Fees), route=_to_day)
TO_INSTITUTION = Projection(subject=INSTITUTION_DAY, triggers=(Settled,), route=_tally)
