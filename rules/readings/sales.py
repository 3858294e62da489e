"""Sales: which settled drugs were handed over, and what was handed over in their place.

Only pharmacies and clinics are looked at: institutions without beds whose counter hands over
what it settles. A hospital's wards and pharmacies move stock without naming settlements.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Final

from msgspec import Struct

from domain.codes import HOSPITAL_TYPE, PHARMACY, PHARMACY_TYPE, SALE, is_drug, is_inpatient
from domain.facts import Fact, Line, Moved, Settled
from domain.moments import HOUR, Moment
from domain.money import ZERO
from rules.readings.inventory import in_units, pack_units
from rules.view import Registers, View

FIRST_LEVEL: Final = frozenset({"", "8", "9", "10"})
"""hosp_lv of clinics: first level, or none given."""

SLICES: Final = "102"  # 中药饮片: settled by the gram, sold by the dose, so not compared in number
_PACKAGE: Final = slice(-7, -5)  # in a national drug code: … specification, package, maker
_SHORTEST: Final = 20  # of the codes that have these parts


class Sale(Struct, frozen=True):
    """A settlement and its goods.

    ``unsold`` are its drug lines without a sale of the same drug in at least the same quantity;
    ``others`` are drugs sold in its name that it does not list, ``goods`` things that are no
    drugs; ``scans`` are the trace codes sold by settled code. What was returned counts as not sold.
    ``since`` is when the last word was said on it.
    """

    claim: Settled
    drugs: tuple[Line, ...]
    unsold: tuple[Line, ...]
    others: tuple[Moved, ...]
    goods: tuple[Moved, ...]
    scans: dict[str, frozenset[str]]
    since: Moment

    def due(self, hours: int) -> Moment:
        return Moment(self.since + hours * HOUR)


def over_counter(registers: Registers, claim: Settled) -> bool:
    """Whether this is an outpatient settlement of a pharmacy or a clinic."""
    if is_inpatient(claim.med_type):
        return False
    entry = registers.at("institution", claim.institution, claim.at)
    if entry is None:
        return claim.med_type.startswith(PHARMACY)
    kind, level = entry.get("fixmedins_type"), entry.get("hosp_lv")
    if kind == PHARMACY_TYPE:
        return True
    return kind == HOSPITAL_TYPE and level in FIRST_LEVEL and entry.get("beds") in ("", "0")


def drug_lines(claim: Settled) -> list[Line]:
    """The drug lines of a settlement, in order of time."""
    return [
        line for line in claim.lines if line.quantity > 0 and is_drug(line.code, line.list_type)
    ]


def is_slices(line: Line) -> bool:
    return line.list_type == SLICES or line.code.startswith("T")


def sales(view: View) -> dict[str, Sale]:
    """Every settlement of this sale (but for a clash of numbers there is one), by reference."""
    moves = view.all(Moved)
    return {claim.ref: _sale(view, claim, moves) for claim in view.all(Settled)}


def concerned(view: View, fact: Fact) -> Iterator[str]:
    """What a fact bears on: a settlement itself, anything else every settlement of this sale."""
    if isinstance(fact, Settled):
        yield fact.ref
    else:
        yield from (claim.ref for claim in view.all(Settled))


def _sale(view: View, claim: Settled, moves: Sequence[Moved]) -> Sale:
    registers, drugs = view.registers, drug_lines(claim)
    codes = list(dict.fromkeys(line.code for line in drugs))
    sold: dict[str, list[Moved]] = {code: [] for code in codes}
    foreign: dict[str, list[Moved]] = {}
    last = max(claim.at, claim.keyed)
    for move in moves:
        if move.infno != SALE:
            if view.gross:  # nothing was given back there
                continue
            last = max(last, move.at)
        named = [move.code] if move.code in sold else codes
        code = next((code for code in named if same_product(registers, code, move)), "")
        (sold[code] if code else foreign.setdefault(move.code, [])).append(move)
    left = [move for listed in foreign.values() if _net(listed) > 0 for move in listed]
    strangers = [move for move in left if move.infno == SALE and move.quantity > 0]
    return Sale(
        claim=claim,
        drugs=tuple(drugs),
        unsold=tuple(
            line for code in codes for line in _unsold(registers, claim, code, drugs, sold[code])
        ),
        others=tuple(move for move in strangers if _is_drug(registers, move)),
        goods=tuple(move for move in strangers if not _is_drug(registers, move)),
        scans={code: _scans(sold[code], gross=view.gross) for code in codes},
        since=Moment(last),
    )


def _scans(moves: Iterable[Moved], *, gross: bool) -> frozenset[str]:
    """The trace codes that were sold and not returned."""
    sold = {mark for move in moves if move.infno == SALE for mark in move.traces}
    returned = {mark for move in moves if move.infno != SALE for mark in move.traces}
    return frozenset(sold if gross else sold - returned)


def same_product(registers: Registers, code: str, move: Moved) -> bool:
    """Whether what moved is the drug of that code: by its code, another package's, or its
    barcode."""
    if move.code == code or same_but_package(code, move.code):
        return True
    entry = registers.at("catalogue_item", code, move.at)
    barcode = entry.get("drug_prod_barc").lstrip("0") if entry else ""
    return bool(barcode) and barcode in (move.code.lstrip("0"), move.barcode.lstrip("0"))


def same_but_package(code: str, other: str) -> bool:
    """Whether two national drug codes differ in the package alone, which mappings lag behind in.

    >>> same_but_package("XA02BCA001A001010100001", "XA02BCA001A001010200001")
    True
    >>> same_but_package("XA02BCA001A001010100001", "XA02BCA001A001020100001")
    False
    """
    return (
        len(code) == len(other) >= _SHORTEST
        and code[: _PACKAGE.start] == other[: _PACKAGE.start]
        and code[_PACKAGE.stop :] == other[_PACKAGE.stop :]
    )


def _is_drug(registers: Registers, move: Moved) -> bool:
    if is_drug(move.code):
        return True
    entry = registers.at("catalogue_item", move.code, move.at)
    return entry is not None and is_drug(move.code, entry.get("list_type"))


def _net(moves: Iterable[Moved]) -> Decimal:
    return sum((move.quantity if move.infno == SALE else -move.quantity for move in moves), ZERO)


def _unsold(
    registers: Registers, claim: Settled, code: str, drugs: Iterable[Line], moves: Sequence[Moved]
) -> list[Line]:
    """The lines of one drug that its sales do not reach, the first lines served first."""
    lines = [line for line in drugs if line.code == code]
    if not moves:
        return lines
    units = pack_units(registers, code, claim.at)
    split = {line.split_pack for line in lines} | {move.split_pack for move in moves}
    if (len(split) > 1 and units is None) or any(map(is_slices, lines)):
        return [] if _net(moves) > 0 else lines
    left = ZERO
    for move in moves:
        quantity = in_units(move.quantity, move.split_pack, units)
        left += quantity if move.infno == SALE else -quantity
    short: list[Line] = []
    for line in lines:
        needed = in_units(line.quantity, line.split_pack, units)
        if needed > left:
            short.append(line)
        else:
            left -= needed
    return short
