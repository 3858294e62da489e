"""SW-02, which drug a trace code is of: learned from all institutions, told to single sales.

Every day of a drug at an institution knows the products whose codes were scanned under it; its
stock tells each product once a month that it is booked there under this drug. Where a product is
known to be another drug's, the answer goes back the same way, to the sales that bore its codes.
Ordinary sales thus cost one signal a month and product, not one a sale.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from domain.facts import Moved, Signal
from domain.moments import DAY, day_of, start_of_day
from rules.packs.substitution.sw_02_parameters import (
    FOREIGN,
    SCAN,
    SCANNED,
    SEEN,
    DrugSubstitutionParameters,
)
from rules.readings.inventory import STOCK_TALLY, ledger
from rules.readings.sales import same_but_package
from rules.readings.tracing import products_of, registered_products
from rules.rule import Judgement, Stage, Tell
from rules.subjects.product import PRODUCT
from rules.subjects.sale import SALE
from rules.subjects.stock import STOCK, code_in, institution_of
from rules.subjects.stock_day import STOCK_DAY, day_in, stock_key_of
from rules.view import View

PACKS_TOLD: Final = 5  # an institution's word counts no more, so it need not be told again
MONTH_DAYS: Final = 30


def _of_day(view: View, fact: Moved | Signal) -> Iterable[str]:
    if isinstance(fact, Moved):
        return products_of(fact.traces)
    return [fact.values["product"]]


def _at_day(view: View, product: str, p: DrugSubstitutionParameters) -> Judgement:
    """Tell the stock what settled lines scanned, and foreign products to the sales they are in."""
    scans = [scan for scan in view.signals(SCAN) if scan.values["product"] == product]
    day, at = day_in(view.key), start_of_day(day_in(view.key))
    if scans:
        heard = tuple(scan.refs[0] for scan in scans)[:PACKS_TOLD]
        values = {"product": product, "packs": str(min(len(scans), PACKS_TOLD))}
        told = Signal(
            ref=f"{SCANNED} {day} {product}", at=at, name=SCANNED, values=values, refs=heard
        )
        yield Tell(STOCK, stock_key_of(view.key), told)
    verdict = view.find(Signal, f"{FOREIGN} {product}")
    if verdict is None:
        return
    code = code_in(stock_key_of(view.key))
    borne: dict[str, list[str]] = {}
    for move in view.all(Moved):
        if move.settlement and product in products_of(move.traces):
            borne.setdefault(move.settlement, [])
    for scan in scans:
        borne.setdefault(scan.settlement, []).extend(scan.refs)
    for settlement, refs in borne.items():
        told = Signal(
            ref=f"{FOREIGN} {code} {product} {day}",
            at=at,
            name=FOREIGN,
            values={**verdict.values, "code": code},
            refs=tuple(refs),
        )
        yield Tell(SALE, settlement, told)


def _of_stock(view: View, fact: Signal) -> Iterable[str]:
    if fact.name == STOCK_TALLY:
        listed = fact.values.get("products", "").split()
        return [pair.partition("=")[0] for pair in listed]
    return [fact.values["product"]]


def _at_stock(view: View, product: str, p: DrugSubstitutionParameters) -> Judgement:
    """Vouch for the product at the institution, and pass a verdict on to the days it was seen."""
    seen = {one.day: one.products[product] for one in view.once(ledger) if product in one.products}
    refs: list[str] = []
    for scan in view.signals(SCANNED):
        if scan.values["product"] == product:
            day = day_of(scan.at)
            seen[day] = seen.get(day, 0) + int(scan.values["packs"])
            refs += scan.refs
    if not seen:
        return
    last = max(seen)
    packs = sum(count for day, count in seen.items() if day > last - p.learned_days)
    voucher = Signal(
        ref=f"{SEEN} {view.key}",
        at=start_of_day(last - last % MONTH_DAYS),
        name=SEEN,
        institution=institution_of(view.key),
        values={"code": code_in(view.key), "packs": str(min(packs, PACKS_TOLD))},
        refs=tuple(refs[:PACKS_TOLD]),
    )
    yield Tell(PRODUCT, product, voucher)
    verdict = view.find(Signal, f"{FOREIGN} {product}")
    if verdict is None:
        return
    for day in sorted(day for day in seen if day > last - p.accused_days):
        at = start_of_day(day)
        told = Signal(
            ref=verdict.ref, at=at, name=FOREIGN, values=verdict.values, refs=verdict.refs
        )
        yield Tell(STOCK_DAY, f"{view.key}|{day}", told)


def _of_product(view: View, fact: Signal) -> Iterator[str]:
    """While all agree, a voucher concerns nobody else."""
    vouchers = view.signals(SEEN)
    codes = {voucher.values["code"] for voucher in vouchers} | {fact.values["code"]}
    yield fact.ref
    if len(codes) > 1:
        yield from (voucher.ref for voucher in vouchers)


def _at_product(view: View, anchor: str, p: DrugSubstitutionParameters) -> Judgement:
    voucher = view.find(Signal, anchor)
    if voucher is None:
        return
    owner, basis = _owner(view, voucher, p)
    if owner:
        values = {"product": view.key, "owner": owner, "basis": basis}
        told = Signal(
            ref=f"{FOREIGN} {view.key}",
            at=voucher.at,
            name=FOREIGN,
            values=values,
            refs=voucher.refs,
        )
        yield Tell(STOCK, f"{voucher.institution}|{voucher.values['code']}", told)


def _owner(view: View, voucher: Signal, p: DrugSubstitutionParameters) -> tuple[str, str]:
    """The other drug whose product this is, and how we know; empty where we do not."""
    code, at = voucher.values["code"], voucher.at
    near = [one for one in view.signals(SEEN) if abs(one.at - at) <= p.learned_days * DAY]
    codes = {one.values["code"] for one in near}
    if len(codes) == 1 or view.key in registered_products(view.registers, code, at):
        return "", ""
    registered = [
        other
        for other in sorted(codes)
        if view.key in registered_products(view.registers, other, at)
    ]
    if registered:
        return _unless_same(code, registered, "目录登记")
    others = [one for one in near if one.institution != voucher.institution]
    by_code: dict[str, list[Signal]] = {}
    for one in others:
        by_code.setdefault(one.values["code"], []).append(one)
    most = max(sorted(by_code), key=lambda other: len(by_code[other]), default="")
    vouchers = by_code.get(most, [])
    packs = sum(int(one.values["packs"]) for one in vouchers)
    agreed = (
        len(vouchers) >= p.learned_from_institutions
        and packs >= p.learned_from_packs
        and len(vouchers) >= len(others) * p.learned_min_share
    )
    basis = f"其他{len(vouchers)}家机构一致记录"
    return _unless_same(code, [most], basis) if agreed and most != code else ("", "")


def _unless_same(code: str, owners: list[str], basis: str) -> tuple[str, str]:
    """A new package of the same drug is no other drug: mapping tables lag behind it."""
    if any(same_but_package(code, owner) for owner in owners):
        return "", ""
    return owners[0], basis


STAGES: Final = (
    Stage(
        name="product-day",
        subject=STOCK_DAY,
        triggers=(Moved, Signal),
        signals=(SCAN, FOREIGN),
        affected=_of_day,
        judge=_at_day,
    ),
    Stage(
        name="product-stock",
        subject=STOCK,
        triggers=(Signal,),
        signals=(STOCK_TALLY, SCANNED, FOREIGN),
        affected=_of_stock,
        judge=_at_stock,
    ),
    Stage(
        name="product",
        subject=PRODUCT,
        triggers=(Signal,),
        signals=(SEEN,),
        affected=_of_product,
        judge=_at_product,
    ),
)
