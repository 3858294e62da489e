"""Stock movements to the drug's day at the institution, and the day's tally to the stock."""

from __future__ import annotations

from collections.abc import Iterator

from domain.facts import Fact, Moved
from rules.readings.inventory import tally_of
from rules.rule import Projection, Tell
from rules.subjects.stock import STOCK
from rules.subjects.stock_day import STOCK_DAY, key_of, stock_key_of
from rules.subjects.stock_entry import STOCK_ENTRY
from rules.view import View


def _to_day(view: View, fact: Fact) -> Iterator[Tell]:
    if isinstance(fact, Moved):
        yield Tell(STOCK_DAY, key_of(fact.institution, fact.code, fact.at), fact)


def _tally(view: View, fact: Fact) -> Iterator[Tell]:
    yield Tell(STOCK, stock_key_of(view.key), view.once(tally_of))


TO_DAY = Projection(subject=STOCK_ENTRY, triggers=(Moved,), route=_to_day)
TO_STOCK = Projection(subject=STOCK_DAY, triggers=(Moved,), route=_tally)
