"""DT-01: what became of a pack, pieced together from the uses of its code.

The lines that charge a pack reach its code by projection, and so do returns. A sale that names
the code where the settlement's own lines do not is told by the stage here, once the settlement
is known to stand.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Final

import msgspec
from msgspec import Struct

from domain.codes import SALE as SOLD_TO_PATIENT
from domain.facts import Line, Moved, Settled, Signal
from domain.moments import DAY, Moment, is_date_only
from domain.money import ZERO
from rules.projections.trace import (
    CODES,
    FREED,
    HANDED_OVER,
    PIECES,
    QUANTITY,
    RETURN,
    USE,
    keys_of,
)
from rules.readings.catalogue import pack_size, price_of_item
from rules.rule import Judgement, Parameters, Stage, Tell
from rules.subjects.sale import SALE
from rules.subjects.trace import TRACE
from rules.view import Registers, View

SOLD: Final = "DT-01.sold"


class Use(Struct, frozen=True):
    """All that one visit made of a pack. ``returns`` are moments and pieces that came back; None
    stands for the pack. ``latest`` is the last moment at which it may have been made."""

    visit: str
    at: Moment
    person: str
    institution: str
    settlement: str
    lines: tuple[Line, ...]
    refs: tuple[str, ...]
    whole: bool
    pieces: Decimal
    latest: int
    returns: tuple[tuple[Moment, Decimal | None], ...] = ()

    @property
    def codes(self) -> frozenset[str]:
        """The national codes under which it was charged."""
        return frozenset(line.code for line in self.lines)

    def held(self, at: int) -> Decimal | None:
        """The pieces that this use still held at that moment, None when it held nothing."""
        back = [pieces for moment, pieces in self.returns if moment <= at]
        if None in back:
            return None
        left = self.pieces - sum((pieces for pieces in back if pieces), ZERO)
        return left if self.whole or left > 0 else None


def uses(view: View) -> Sequence[Use]:
    """The uses of this pack, in order of time."""
    by_visit: dict[str, list[Signal]] = {}
    for signal in (*view.signals(USE), *view.signals(SOLD)):
        by_visit.setdefault(signal.visit or signal.settlement, []).append(signal)
    found = [_use(view.registers, visit, signals) for visit, signals in by_visit.items()]
    found.sort(key=lambda use: (use.at, use.latest, use.visit))
    return _with_returns(found, view.signals(RETURN))


def _use(registers: Registers, visit: str, signals: Sequence[Signal]) -> Use:
    first = min(signals, key=lambda signal: (signal.at, signal.ref))
    lines: dict[str, tuple[Line, Signal]] = {}
    for signal in signals:
        for line in signal.lines:
            lines.setdefault(line.id, (line, signal))
    whole = any(not in_pieces(registers, line) for line, _ in lines.values())
    pieces = sum(
        (line.quantity / max(1, int(signal.values[CODES])) for line, signal in lines.values()), ZERO
    )
    last = first.at + DAY - 1 if is_date_only(first.at) else first.at
    freed = [signal.values.get(FREED) for signal in signals]
    return Use(
        visit=visit,
        at=first.at,
        person=first.person,
        institution=first.institution,
        settlement=max(signal.settlement for signal in signals),
        lines=tuple(line for line, _ in lines.values()),
        refs=tuple(sorted({ref for signal in signals for ref in signal.refs})),
        whole=whole,
        pieces=pieces,
        latest=max([last, *(int(signal.values.get(HANDED_OVER, "0")) for signal in signals)]),
        returns=((Moment(max(int(at) for at in freed if at)), None),) if all(freed) else (),
    )


def _with_returns(found: Sequence[Use], returns: Iterable[Signal]) -> Sequence[Use]:
    """Book each return on the use it names, else on the last one there before it."""
    back: dict[str, list[tuple[Moment, Decimal | None]]] = {}
    for signal in returns:
        matching = [
            use.visit
            for use in found
            if use.institution == signal.institution
            and (
                use.settlement == signal.settlement
                or (not signal.settlement and use.at <= signal.at)
            )
        ]
        if matching:
            pieces = Decimal(signal.values[QUANTITY]) if signal.values[PIECES] == "1" else None
            back.setdefault(matching[-1], []).append((signal.at, pieces))
    if not back:
        return found
    return [
        msgspec.structs.replace(use, returns=(*use.returns, *back.get(use.visit, ())))
        for use in found
    ]


def in_pieces(registers: Registers, line: Line) -> bool:
    """Whether a line sells single pieces of an opened pack: marked so, or priced so."""
    if line.split_pack:
        return True
    size = pack_size(registers, line.code, line.at)
    price = price_of_item(registers, line.code, line.at)
    if size is None or price is None or size == 1:
        return False
    return line.price * size <= price * 3 / 2


def _whole_sale(view: View, fact: Settled | Moved) -> tuple[str, ...]:
    return ("codes",)


def _tell_sold(view: View, anchor: str, p: Parameters) -> Judgement:
    """The packs whose codes only the sale names, of a settlement that stands."""
    claim = next(iter(view.all(Settled)), None)
    if claim is None:
        return
    charged = {key for line in claim.lines for key in keys_of(line.traces)}
    for move in view.all(Moved):
        if move.infno != SOLD_TO_PATIENT or move.institution != claim.institution:
            continue
        line = next((line for line in claim.lines if line.code == move.code), None)
        if line is None:
            continue
        keys = keys_of(move.traces)
        sold = Signal(
            ref=f"{SOLD} {move.ref}",
            at=line.at,
            name=SOLD,
            person=claim.person,
            institution=claim.institution,
            visit=claim.visit,
            settlement=claim.settlement,
            values={CODES: str(len(keys))},
            refs=(claim.ref, move.ref),
            lines=(
                msgspec.structs.replace(
                    line, traces=(), quantity=move.quantity, split_pack=move.split_pack
                ),
            ),
        )
        for key in keys:
            if key not in charged:
                yield Tell(TRACE, key, sold)


TELL_SOLD = Stage(
    name="sold",
    subject=SALE,
    triggers=(Settled, Moved),
    affected=_whole_sale,
    judge=_tell_sold,
)
