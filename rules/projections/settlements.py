"""What all destinations of settlements share: the settlements a changed fact concerns."""

from __future__ import annotations

from collections.abc import Iterator

from domain.codes import is_inpatient
from domain.facts import Fact, Fees, Settled
from rules.readings.claims import settlements_of, with_lines
from rules.view import View


def settlements_concerned(view: View, fact: Fact) -> Iterator[Settled]:
    """The settlements to tell again because of a changed fact, with their net lines.

    All of the visit: what one of them names is no line of the others. A settlement that is not in
    the view, being voided or gone, is told as it came. Lines that reach a stay after it was
    settled are not told.
    """
    if isinstance(fact, Settled):
        claims = {claim.ref: with_lines(view, claim) for claim in settlements_of(view, fact.visit)}
        claims.setdefault(fact.ref, fact)
        yield from claims.values()
    elif isinstance(fact, Fees):
        for claim in settlements_of(view, fact.visit):
            if not is_inpatient(claim.med_type):
                yield with_lines(view, claim)
