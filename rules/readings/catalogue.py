"""The national catalogue: what an item is called, what it costs, how a pack is made up."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from domain.money import ZERO
from rules.view import Registers


def name_of_item(registers: Registers, code: str, at: int) -> str:
    """The item's name, or its code where the catalogue does not know it."""
    entry = registers.at("catalogue_item", code, at)
    return (entry.get("hilist_name") if entry else "") or code


def price_of_item(registers: Registers, code: str, at: int) -> Decimal | None:
    return _number(registers, code, at, "pric")


def pack_size(registers: Registers, code: str, at: int) -> Decimal | None:
    """How many pieces a pack holds."""
    return _number(registers, code, at, "convrat")


def _number(registers: Registers, code: str, at: int, attribute: str) -> Decimal | None:
    entry = registers.at("catalogue_item", code, at)
    return positive(entry.get(attribute)) if entry else None


def positive(text: str) -> Decimal | None:
    """A number above zero; None for anything else.

    >>> positive("12.50"), positive("0"), positive("面议"), positive("NaN")
    (Decimal('12.50'), None, None, None)
    """
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() and number > ZERO else None
