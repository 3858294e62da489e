"""Settlements over the counter and the goods handed over for them, to the sale that they make."""

from __future__ import annotations

from collections.abc import Iterator

from domain.codes import SALE as SOLD
from domain.codes import SALE_RETURN
from domain.facts import Fact, Fees, Moved, Settled
from rules.projections.settlements import settlements_concerned
from rules.readings.sales import over_counter
from rules.rule import Projection, Tell
from rules.subjects.person import PERSON
from rules.subjects.sale import SALE, cash_key
from rules.subjects.stock_entry import STOCK_ENTRY
from rules.view import View


def _settled(view: View, fact: Fact) -> Iterator[Tell]:
    for claim in settlements_concerned(view, fact):
        if over_counter(view.registers, claim):
            yield Tell(SALE, claim.settlement, claim)


def _handed_over(view: View, fact: Fact) -> Iterator[Tell]:
    if not isinstance(fact, Moved) or fact.infno not in (SOLD, SALE_RETURN):
        return
    if fact.settlement:
        yield Tell(SALE, fact.settlement, fact)
    elif fact.infno == SOLD and fact.price is not None:
        amount = fact.price * fact.quantity
        if amount > 0:
            yield Tell(SALE, cash_key(fact.institution, fact.at, amount), fact)


SETTLED = Projection(subject=PERSON, triggers=(Settled, Fees), route=_settled)
HANDED_OVER = Projection(subject=STOCK_ENTRY, triggers=(Moved,), route=_handed_over)
