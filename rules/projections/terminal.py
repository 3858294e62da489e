"""Settlements at counters to the day of the terminal they were made on."""

from __future__ import annotations

from collections.abc import Iterator

from domain.facts import Fact, Fees, Registered, Settled
from rules.projections.settlements import settlements_concerned
from rules.readings.claims import with_lines
from rules.readings.swipes import is_arrangement, is_swipe, swipe_signal
from rules.rule import Projection, Tell
from rules.subjects.person import PERSON
from rules.subjects.terminal import key_of
from rules.subjects.terminal_day import TERMINAL_DAY, keys_of
from rules.view import View


def _to_day(view: View, fact: Fact) -> Iterator[Tell]:
    for claim in _concerned(view, fact):
        if is_swipe(view.registers, claim):
            swipe = swipe_signal(view, claim)
            terminal = key_of(claim.institution, claim.terminal or claim.operator)
            for key in keys_of(terminal, claim.at):
                yield Tell(TERMINAL_DAY, key, swipe)


def _concerned(view: View, fact: Fact) -> Iterator[Settled]:
    if not isinstance(fact, Registered):
        yield from settlements_concerned(view, fact)
    elif is_arrangement(fact):
        for claim in view.between(Settled, fact.at, fact.until):
            yield with_lines(view, claim)


TO_DAY = Projection(subject=PERSON, triggers=(Settled, Fees, Registered), route=_to_day)
