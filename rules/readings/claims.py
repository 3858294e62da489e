"""Claims of a person as rules mean them: lines net of refunds, settlements with their lines."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

import msgspec

from domain.facts import Fees, Line, Settled
from domain.money import ZERO
from rules.view import View


def lines_by_visit(view: View) -> dict[str, list[Line]]:
    """Net lines by visit, in order of time; each line once, however often it was uploaded.

    A refund reduces the line it names, and a line refunded in full is gone. In a gross view
    refunds have not happened.
    """
    charged: dict[str, dict[str, Line]] = {}
    refunds: dict[str, dict[str, Line]] = {}
    for visit, line in _uploaded(view):
        side = refunds if line.quantity < 0 or line.amount < 0 else charged
        side.setdefault(visit, {}).setdefault(line.id, line)
    if not view.gross:
        for visit, taken in refunds.items():
            _refund(charged.get(visit, {}), taken.values())
    return {
        visit: sorted(lines.values(), key=lambda line: (line.at, line.id))
        for visit, lines in charged.items()
    }


def _uploaded(view: View) -> Sequence[tuple[str, Line]]:
    fees = [(fact.visit, line) for fact in view.all(Fees) for line in fact.lines]
    settled = [(claim.visit, line) for claim in view.all(Settled) for line in claim.lines]
    return fees + settled


def _refund(charged: dict[str, Line], refunds: Iterable[Line]) -> None:
    for refund in refunds:
        line = charged.get(refund.refund_of)
        if line is None:
            continue
        left = _less(line, refund)
        if left.quantity > 0:
            charged[line.id] = left
        else:
            del charged[line.id]


def _less(line: Line, refund: Line) -> Line:
    """The line after a refund, whose quantity and amounts are negative."""
    quantity = line.quantity + refund.quantity
    share = quantity / line.quantity if line.quantity else ZERO
    return msgspec.structs.replace(
        line,
        quantity=quantity,
        amount=line.amount + refund.amount,
        covered=line.covered * share
        if refund.covered == refund.amount
        else line.covered + refund.covered,
    )


def settlements_of(view: View, visit: str) -> list[Settled]:
    """The settlements of a visit, in order of time."""
    return view.once(_settlements_by_visit).get(visit, [])


def _settlements_by_visit(view: View) -> dict[str, list[Settled]]:
    by_visit: dict[str, list[Settled]] = {}
    for claim in view.all(Settled):
        by_visit.setdefault(claim.visit, []).append(claim)
    return by_visit


def lines_of(view: View, visit: str) -> list[Line]:
    """The net lines of a visit."""
    return view.once(lines_by_visit).get(visit, [])


def fund_of(view: View, visit: str) -> Decimal:
    """What the fund paid for a visit, in yuan (M6)."""
    return sum((claim.fund for claim in settlements_of(view, visit)), ZERO)


def settlement_id_of(view: View, visit: str) -> str:
    """The last settlement of a visit, or the empty text."""
    settled = settlements_of(view, visit)
    return settled[-1].settlement if settled else ""


def phase_of(view: View, visit: str) -> str:
    """``post`` once the visit is settled, ``in`` while it runs."""
    return "post" if settlements_of(view, visit) else "in"


def with_lines(view: View, claim: Settled) -> Settled:
    """The settlement carrying the net lines of its visit: its own, or, where it names none,
    those uploaded for the visit that no other settlement of the visit names."""
    lines = lines_of(view, claim.visit)
    own = {line.id for line in claim.lines}
    if own:
        mine = [line for line in lines if line.id in own]
    else:
        others = {
            line.id
            for other in settlements_of(view, claim.visit)
            if other.ref != claim.ref
            for line in other.lines
        }
        mine = [line for line in lines if line.id not in others]
    return msgspec.structs.replace(claim, lines=tuple(mine))
