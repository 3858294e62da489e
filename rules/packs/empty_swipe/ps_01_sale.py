"""PS-01 at the sale and the stock: which settled drugs have no sale, and what that proves."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from domain.codes import DRUG_LISTS
from domain.facts import Line, Moved, Settled, Signal
from domain.findings import Wait
from domain.moments import date_of, day_of, moment, start_of_day
from rules.packs.empty_swipe.ps_01_parameters import (
    LINE,
    OPEN,
    PROOF,
    SCAN_PROOF,
    STOCK_PROOF,
    EmptySwipeParameters,
)
from rules.readings.inventory import (
    STOCK_TALLY,
    Balance,
    book_stock,
    in_packs,
    in_units,
    ledger,
    pack_units,
)
from rules.readings.sales import SLICES, Sale, concerned, is_slices, sales
from rules.readings.stock_questions import answered_anew, ask
from rules.readings.tracing import is_scanned
from rules.rule import Judgement, Stage, Tell
from rules.subjects import institution_day, stock
from rules.subjects.institution import INSTITUTION
from rules.subjects.institution_day import INSTITUTION_DAY
from rules.subjects.sale import SALE
from rules.subjects.stock import STOCK
from rules.view import View

UNTRACED: Final = frozenset({SLICES, "103"})  # slices and an institution's own preparations


def _await_sale(view: View, anchor: str, p: EmptySwipeParameters) -> Judgement:
    sale = view.once(sales).get(anchor)
    if sale is None or not sale.unsold:
        return
    if view.clock < (warning := sale.due(p.warning_hours)):
        yield Wait(warning)
        return
    overdue = view.clock >= (due := sale.due(p.wait_hours))
    claim = sale.claim
    day = institution_day.key_of(claim.institution, claim.at)
    yield Tell(INSTITUTION_DAY, day, _open(sale, overdue))
    if not overdue:
        yield Wait(due)
        return
    for line in sale.unsold:
        yield Tell(STOCK, stock.key_of(claim.institution, line.code), ask(LINE, claim, line))


def _open(sale: Sale, overdue: bool) -> Signal:
    claim = sale.claim
    instead = {move.code: None for move in (*sale.others, *sale.goods)}
    return Signal(
        ref=f"{OPEN} {claim.ref}",
        at=claim.at,
        name=OPEN,
        person=claim.person,
        institution=claim.institution,
        visit=claim.visit,
        settlement=claim.settlement,
        values={
            "lines": str(len(sale.unsold)),
            "overdue": "1" if overdue else "",
            "instead": "、".join(list(instead)[:5]),
        },
        refs=(claim.ref,),
        lines=sale.unsold if overdue else (),
    )


def _look_on_shelf(view: View, anchor: str, p: EmptySwipeParameters) -> Judgement:
    asked = view.find(Signal, anchor)
    if asked is None:
        return
    (line,) = asked.lines
    days, day = view.once(ledger), day_of(asked.at)
    units = pack_units(view.registers, line.code, asked.at)
    balance = book_stock(days, day)
    if balance is not None and _short(balance, line, units):
        yield Tell(INSTITUTION, asked.institution, _no_stock(asked, line, balance, units))
    traced = sum(one.traced for one in days if day - p.scan_days <= one.day <= day)
    if traced >= p.scan_min_sales and _unscanned(line, asked.at, p):
        seen = {"近期扫码销售": str(traced)}
        yield Tell(INSTITUTION, asked.institution, _proof(asked, line, SCAN_PROOF, seen))


def _short(balance: Balance, line: Line, units: Decimal | None) -> bool:
    """Whether less was there than settled; of what cannot be counted, whether there was any."""
    if is_slices(line) or (line.split_pack and units is None):
        return balance.stock <= 0
    return balance.stock < in_units(line.quantity, line.split_pack, units)


def _unscanned(line: Line, at: int, p: EmptySwipeParameters) -> bool:
    """Whether a whole pack that must bear a code was settled without any."""
    listed = not line.list_type or line.list_type in DRUG_LISTS - UNTRACED
    must = listed and not is_slices(line) and not line.split_pack and at >= moment(p.scan_from)
    return must and not any(map(is_scanned, line.traces))


def _no_stock(asked: Signal, line: Line, balance: Balance, units: Decimal | None) -> Signal:
    seen = {
        "盘存日期": date_of(start_of_day(balance.counted_day)).isoformat(),
        "盘存数量": in_packs(balance.counted, units),
        "其后入库": in_packs(balance.came, units),
        "其后出库": in_packs(balance.went, units),
        "账面库存": in_packs(balance.stock, units),
        "结算数量": in_packs(in_units(line.quantity, line.split_pack, units), units),
    }
    return _proof(asked, line, STOCK_PROOF, seen, balance.refs)


def _proof(
    asked: Signal, line: Line, kind: str, seen: dict[str, str], refs: Sequence[str] = ()
) -> Signal:
    """What the stock proves of a line; its first reference is the settlement."""
    return Signal(
        ref=f"{PROOF} {kind} {asked.refs[0]} {line.id}",
        at=asked.at,
        name=PROOF,
        institution=asked.institution,
        settlement=asked.settlement,
        values={"kind": kind, "line": line.id, "code": line.code, **seen},
        refs=(asked.refs[0], *refs),
    )


STAGES: Final = (
    Stage(
        name="sale",
        subject=SALE,
        triggers=(Settled, Moved),
        affected=concerned,
        judge=_await_sale,
    ),
    Stage(
        name="shelf",
        subject=STOCK,
        triggers=(Signal,),
        signals=(STOCK_TALLY, LINE),
        affected=answered_anew(LINE),
        judge=_look_on_shelf,
    ),
)
