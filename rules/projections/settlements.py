"""What all destinations of settlements share: the settlements a changed fact concerns."""

from __future__ import annotations

from collections.abc import Iterator

from domain.codes import is_inpatient
from domain.facts import Fact, Fees, Settled
from rules.readings.claims import settlements_of, with_lines
from rules.view import View


def settlements_concerned(view: View, fact: Fact) -> Iterator[Settled]:
    """The settlements to tell again because of a changed fact, with their net lines.

    A voided settlement is told too, without lines to net, marked as voided.
    """
    if isinstance(fact, Settled):
        yield fact if fact.void else with_lines(view, fact)
    elif isinstance(fact, Fees) and not fact.void:
        for claim in settlements_of(view, fact.visit):
            if not is_inpatient(claim.med_type):
                yield with_lines(view, claim)
