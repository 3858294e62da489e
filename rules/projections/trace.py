"""Scanned packs to their trace codes: charged lines from persons, returns from the shelves.

A line is told as soon as it is uploaded, and again when its visit is settled. What a refund or a
reversal took back is told with it, so that the code is free at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import msgspec

from domain.codes import SALE_RETURN, is_inpatient
from domain.facts import Fact, Fees, Line, Moved, Settled, Signal
from domain.money import plain
from rules.readings.claims import lines_of, settlements_of
from rules.readings.trace_codes import trace_key
from rules.readings.undoing import undone_at
from rules.rule import Projection, Tell
from rules.subjects.person import PERSON
from rules.subjects.stock_entry import STOCK_ENTRY
from rules.subjects.trace import TRACE
from rules.view import View

USE: Final = "trace.use"
RETURN: Final = "trace.return"
CODES: Final = "码数"
PIECES: Final = "拆零"
QUANTITY: Final = "数量"
FREED: Final = "收回时刻"
HANDED_OVER: Final = "交付时刻"

Carrier = Fees | Settled
"""A fact that carries lines."""


def keys_of(traces: Sequence[str]) -> tuple[str, ...]:
    """The packs that these codes name, each once."""
    return tuple(dict.fromkeys(key for key in map(trace_key, traces) if key))


def _use(carrier: Carrier, person: str, claim: Settled | None, line: Line, codes: int) -> Signal:
    """The use of a pack by a charged line; of how many packs' codes the line lists.

    A counter hands over when it settles, whatever time the line itself gives.
    """
    values = {CODES: str(codes)}
    if claim is not None and not is_inpatient(claim.med_type):
        values[HANDED_OVER] = str(claim.at)
    return Signal(
        ref=f"{carrier.ref} {line.id}",
        at=line.at,
        name=USE,
        person=person,
        institution=carrier.institution,
        visit=carrier.visit,
        settlement=claim.settlement if claim else "",
        values=values,
        refs=(carrier.ref,),
        lines=(msgspec.structs.replace(line, traces=()),),
    )


def _uses(view: View, fact: Carrier) -> Iterator[Tell]:
    carriers = _carriers(view, fact)
    if not any(line.traces for carrier in carriers for line in carrier.lines):
        return
    net = {line.id: line for line in lines_of(view, fact.visit)}
    refunds = _refunds(carriers)
    claims = _claim_by_line(settlements_of(view, fact.visit))
    touched = {line.refund_of or line.id for line in fact.lines}
    for carrier in carriers:
        if view.gross and not carrier.void:
            continue
        for line in carrier.lines:
            if line.quantity > 0 and (isinstance(fact, Settled) or line.id in touched):
                claim = claims.get(line.id) or claims.get("")
                left = net.get(line.id)
                freed = list(_freed(line, left, refunds.get(line.id, ())))
                if not freed:
                    continue
                use = _use(carrier, view.key, claim, left or line, len(freed))
                for key, void in freed:
                    yield Tell(TRACE, key, _taken_back(view, use, carrier.void or void))


def _taken_back(view: View, use: Signal, by: str) -> Signal:
    """The use as that reversal or refund left it, with the moment from which the pack was free."""
    if not by:
        return use
    freed = undone_at(view, by)
    values = use.values if freed is None else {**use.values, FREED: str(freed)}
    return msgspec.structs.replace(use, values=values, void=by)


def _carriers(view: View, fact: Carrier) -> list[Carrier]:
    """The facts with lines of the same visit; of one that is gone, nothing but itself."""
    if not fact.void and view.find(type(fact), fact.ref) is None:
        return [fact]
    fees: list[Carrier] = [one for one in view.all(Fees) if one.visit == fact.visit]
    return fees + settlements_of(view, fact.visit)


def _refunds(carriers: Sequence[Carrier]) -> dict[str, list[tuple[str, Line]]]:
    """Refunding lines, and the event that brought them, by the line they refund."""
    found: dict[str, list[tuple[str, Line]]] = {}
    for carrier in carriers:
        for line in carrier.lines:
            if line.refund_of:
                found.setdefault(line.refund_of, []).append((carrier.ref, line))
    return found


def _freed(
    line: Line, left: Line | None, refunds: Sequence[tuple[str, Line]]
) -> Iterator[tuple[str, str]]:
    """The packs of a line, each with the refund that freed it, if one did.

    Where a part came back and nobody says which packs, all of them count as freed: none can be
    held against anybody.
    """
    keys = keys_of(line.traces)
    named = {key: ref for ref, refund in refunds for key in keys_of(refund.traces)}
    some = min((ref for ref, _ in refunds), default="")
    if left is None:
        named = dict.fromkeys(keys, some)
    elif line.split_pack and len(keys) == 1:  # pieces came back; fewer of them are in use
        named = {}
    elif left.quantity < line.quantity and not named:
        named = dict.fromkeys(keys, some)
    for key in keys:
        yield key, named.get(key, "")


def _claim_by_line(claims: Sequence[Settled]) -> Mapping[str, Settled]:
    """The settlement that names a line; under the empty text the one that names no lines."""
    found = {line.id: claim for claim in claims for line in claim.lines}
    for claim in claims:
        if not claim.lines:
            found.setdefault("", claim)
    return found


def _returns(view: View, fact: Fact) -> Iterator[Tell]:
    if not isinstance(fact, Moved) or fact.infno != SALE_RETURN:
        return
    returned = Signal(
        ref=fact.ref,
        at=fact.at,
        name=RETURN,
        institution=fact.institution,
        settlement=fact.settlement,
        refs=(fact.ref,),
        values={PIECES: "1" if fact.split_pack else "0", QUANTITY: plain(fact.quantity)},
    )
    for key in keys_of(fact.traces):
        yield Tell(TRACE, key, returned)


USES = Projection(subject=PERSON, triggers=(Fees, Settled), route=_uses)
RETURNS = Projection(subject=STOCK_ENTRY, triggers=(Moved,), route=_returns)
