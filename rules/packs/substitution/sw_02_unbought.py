"""SW-02, what left in its place: a settled drug that was never bought, while goods of exactly its
amount were sold without a settlement within minutes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from domain.codes import SALE as SOLD
from domain.facts import Line, Moved, Settled, Signal
from domain.findings import Evidence, Finding, Wait
from domain.moments import MINUTE, day_of, text_of
from domain.money import plain, yuan
from rules.packs.substitution.sw_02_parameters import (
    UNBOUGHT,
    UNSOLD,
    DrugSubstitutionParameters,
)
from rules.readings.accused import in_full
from rules.readings.geography import name_of
from rules.readings.in_words import settled_drugs
from rules.readings.inventory import (
    STOCK_TALLY,
    book_stock,
    bought_since,
    drug_name,
    in_units,
    ledger,
    pack_units,
)
from rules.readings.sales import concerned, is_slices, sales, same_product
from rules.readings.stock_questions import answered_anew, ask
from rules.rule import Judgement, Stage, Tell, itself
from rules.subjects import stock
from rules.subjects.sale import SALE, cash_key
from rules.subjects.stock import STOCK
from rules.view import View

_MOST: Final = 5


def _at_sale(view: View, anchor: str, p: DrugSubstitutionParameters) -> Judgement:
    sale = view.once(sales).get(anchor)
    if sale is None or not sale.unsold or sale.others or sale.goods:
        return
    if view.clock < (due := sale.due(p.wait_hours)):
        yield Wait(due)
        return
    claim = sale.claim
    for line in sale.unsold:
        yield Tell(STOCK, stock.key_of(claim.institution, line.code), ask(UNSOLD, claim, line))


def _at_stock(view: View, anchor: str, p: DrugSubstitutionParameters) -> Judgement:
    """Pass it on when none was bought for a year and the stock-take leaves too little."""
    asked = view.find(Signal, anchor)
    if asked is None:
        return
    (line,) = asked.lines
    days, day = view.once(ledger), day_of(asked.at)
    balance = book_stock(days, day)
    if balance is None or bought_since(days, day - p.no_purchase_days, day) or is_slices(line):
        return
    units = pack_units(view.registers, line.code, asked.at)
    if line.split_pack and units is None:
        return
    if balance.stock < in_units(line.quantity, line.split_pack, units):
        key = cash_key(asked.institution, asked.at, line.amount)
        yield Tell(SALE, key, ask(UNBOUGHT, asked, line))


def _of_cash(view: View, fact: Moved | Signal) -> Iterable[str]:
    if isinstance(fact, Signal):
        return itself(view, fact)
    return [asked.ref for asked in view.signals(UNBOUGHT)]


def _at_cash(view: View, anchor: str, p: DrugSubstitutionParameters) -> Judgement:
    asked = view.find(Signal, anchor)
    if asked is None:
        return
    (line,) = asked.lines
    near = p.same_time_minutes * MINUTE
    left = [
        move
        for move in view.between(Moved, asked.at - near, asked.at + near)
        if move.infno == SOLD and not same_product(view.registers, line.code, move)
    ]
    if not left:
        return
    yield _finding(view, asked, line, left, p)


def _finding(
    view: View, asked: Signal, line: Line, left: Sequence[Moved], p: DrugSubstitutionParameters
) -> Finding:
    drug = drug_name(view.registers, line.code, asked.at)
    instead = drug_name(view.registers, left[0].code, left[0].at)
    charged = settled_drugs(view.registers, (line,))
    return Finding(
        anchor=asked.ref,
        at=asked.at,
        severity=4,
        explanation=(
            f"{name_of(view.registers, asked.institution, asked.at)}{text_of(asked.at)}以医保结算"
            f"{drug}{yuan(line.amount)}元，而该药{p.no_purchase_days}日内无采购、账面库存不足且无销售"
            f"记录，前后{p.same_time_minutes}分钟内另有同等金额的{instead}非医保售出，疑似串换药品。"
        ),
        counterfactual="若所结算药品有采购或足量库存，或有同一结算号的销售记录，则不提示。",
        evidence=(Evidence(asked.refs[0], "医保结算", charged), *map(_sold, left[:_MOST])),
        person=asked.person,
        institution=asked.institution,
        visit=asked.visit,
        settlement=asked.settlement,
        lines=in_full((line,)),
        dedup=asked.settlement,
    )


def _sold(move: Moved) -> Evidence:
    values = {"商品": move.code, "数量": plain(move.quantity), "时间": text_of(move.at)}
    return Evidence(move.ref, "同时以同额非医保售出", values)


STAGES: Final = (
    Stage(
        name="unsold",
        subject=SALE,
        triggers=(Settled, Moved),
        affected=concerned,
        judge=_at_sale,
    ),
    Stage(
        name="unbought",
        subject=STOCK,
        triggers=(Signal,),
        signals=(STOCK_TALLY, UNSOLD),
        affected=answered_anew(UNSOLD),
        judge=_at_stock,
    ),
    Stage(
        name="cash",
        subject=SALE,
        triggers=(Moved, Signal),
        signals=(UNBOUGHT,),
        affected=_of_cash,
        judge=_at_cash,
    ),
)
