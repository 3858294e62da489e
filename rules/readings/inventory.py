"""Inventory: units, and what the book stock of a drug was.

Movements are kept as daily tallies, in the smallest units where the catalogue tells how many a
pack holds. A stock-take says what was there, movements what came and went after it; without a
stock-take the stock is unknown, however much was bought; and a book stock below zero shows that
purchases are missing, and proves nothing either. Where the order within a day is
unknown, or the sign of an adjustment (3502), the reading is the one with more in stock: whoever
says "there was none" must be right.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal, InvalidOperation
from typing import Final

from msgspec import Struct

from domain.codes import (
    PURCHASE,
    PURCHASE_RETURN,
    SALE,
    SALE_RETURN,
    STOCK_CHANGE,
    STOCK_COUNT,
)
from domain.facts import Moved, Signal
from domain.moments import start_of_day
from domain.money import ZERO, plain
from rules.readings.tracing import is_scanned, products_of
from rules.subjects.stock_day import day_in
from rules.view import Registers, View

STOCK_TALLY: Final = "stock.day"
COUNTED: Final = "counted"
LEDGER_DAYS: Final = 365  # a stock-take older than this says nothing any more
_REFS: Final = 3  # events named as evidence of a day's stock-take


class StockDay(Struct, frozen=True):
    """What one day did to a stock, in smallest units. ``traced`` counts sales with trace codes."""

    day: int
    counted: Decimal | None
    came: Decimal
    bought: Decimal
    went: Decimal
    traced: int
    products: dict[str, int]
    refs: tuple[str, ...]


class Balance(Struct, frozen=True):
    """A book stock and what it is made of, in smallest units."""

    stock: Decimal
    counted: Decimal
    counted_day: int
    came: Decimal
    went: Decimal
    refs: tuple[str, ...]


def pack_units(registers: Registers, code: str, at: int) -> Decimal | None:
    """How many smallest units a pack holds; None when the catalogue does not say."""
    entry = registers.at("catalogue_item", code, at)
    try:
        units = Decimal(entry.get("convrat")) if entry else ZERO
    except InvalidOperation:
        return None
    return units if units.is_finite() and units > 0 else None


def drug_name(registers: Registers, code: str, at: int) -> str:
    """The catalogue's name of a drug with its code, or the code alone."""
    entry = registers.at("catalogue_item", code, at)
    name = entry.get("hilist_name") if entry else ""
    return f"{name}({code})" if name else code


def in_units(quantity: Decimal, split: bool, units: Decimal | None) -> Decimal:
    """A quantity of packs, or of pieces of a split pack, in smallest units."""
    return quantity if split or units is None else quantity * units


def tally_of(view: View) -> Signal:
    """The tally of a stock's day, from the movements of that day."""
    sums: dict[str, Decimal] = {}
    products: dict[str, int] = {}
    traced, counts = 0, []
    moves = view.all(Moved)
    for move in moves:
        _book(sums, move, pack_units(view.registers, move.code, move.at))
        if move.infno == STOCK_COUNT:
            counts.append(move.ref)
        if move.infno == SALE and any(map(is_scanned, move.traces)):
            traced += 1
        for product in products_of(move.traces):
            products[product] = products.get(product, 0) + 1
    values = {name: plain(total) for name, total in sums.items()}
    if traced:
        values["traced"] = str(traced)
    if products:
        values["products"] = " ".join(f"{name}={n}" for name, n in sorted(products.items()))
    day = day_in(view.key)
    return Signal(
        ref=f"{STOCK_TALLY} {day}",
        at=start_of_day(day),
        name=STOCK_TALLY,
        values=values,
        refs=tuple(counts[:_REFS]),
    )


def _book(sums: dict[str, Decimal], move: Moved, units: Decimal | None) -> None:
    quantity = in_units(move.quantity, move.split_pack, units)
    if move.infno == STOCK_COUNT:
        names: tuple[str, ...] = (COUNTED,)
    elif move.infno == PURCHASE:
        names = ("came", "bought")
    elif move.infno == STOCK_CHANGE:
        names, quantity = ("came",), abs(quantity)
    elif move.infno == SALE_RETURN:
        names = ("came",)
    elif move.infno in (SALE, PURCHASE_RETURN) and not (move.split_pack and units is None):
        names = ("went",)
    else:
        return
    for name in names:
        sums[name] = sums.get(name, ZERO) + quantity


def ledger(view: View) -> Sequence[StockDay]:
    """The days of a stock, in order."""
    return [_read(signal) for signal in view.signals(STOCK_TALLY)]


def _read(signal: Signal) -> StockDay:
    seen = signal.values
    listed = (pair.partition("=") for pair in seen.get("products", "").split())
    return StockDay(
        day=int(signal.ref.rpartition(" ")[2]),
        counted=Decimal(seen[COUNTED]) if COUNTED in seen else None,
        came=Decimal(seen.get("came", "0")),
        bought=Decimal(seen.get("bought", "0")),
        went=Decimal(seen.get("went", "0")),
        traced=int(seen.get("traced", "0")),
        products={name: int(count) for name, _, count in listed},
        refs=signal.refs,
    )


def book_stock(days: Sequence[StockDay], on: int) -> Balance | None:
    """The most that can have been in stock on that day before a sale; None when unknown."""
    known = [day for day in days if on - LEDGER_DAYS <= day.day <= on]
    bases = [day for day in known if day.counted is not None]
    candidates = [_same_day(base) for base in bases if base.day == on]
    earlier = [base for base in bases if base.day < on]
    candidates += [_since(base, known, on) for base in earlier[-1:]]
    most = max(candidates, key=lambda balance: balance.stock, default=None)
    return most if most is not None and most.stock >= 0 else None


def _same_day(base: StockDay) -> Balance:
    """Counted that very day, perhaps after what went out that day."""
    counted = base.counted or ZERO
    stock = counted + base.came + base.went
    return Balance(stock, counted, base.day, base.came, ZERO, base.refs)


def _since(base: StockDay, days: Iterable[StockDay], on: int) -> Balance:
    counted = base.counted or ZERO
    came = sum((day.came for day in days if day.day >= base.day), ZERO)
    went = sum((day.went for day in days if base.day < day.day < on), ZERO)
    return Balance(counted + came - went, counted, base.day, came, went, base.refs)


def bought_since(days: Iterable[StockDay], since: int, until: int) -> bool:
    """Whether any was bought on these days, both included."""
    return any(day.bought > 0 and since <= day.day <= until for day in days)


def in_packs(quantity: Decimal, units: Decimal | None) -> str:
    """Smallest units as packs, for readers."""
    return plain((quantity / units).quantize(Decimal("0.01"))) if units else plain(quantity)
