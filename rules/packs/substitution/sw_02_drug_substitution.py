"""SW-02 串换药品: one drug is settled and another one leaves the counter.

Three things show it. The goods sold under the settlement's number are another drug, and of the
settled one there is no sale after 72 h. Or the trace code scanned for it is another product's.
Or the drug was never bought nor in stock, while goods of exactly its amount were sold without a
settlement within ten minutes. Choices:

- A drug sold beside everything that was settled is a gift; goods taken back were not sold.
- Two codes that differ in the package alone are one drug: mappings lag behind new packages.
- Whose a product is, the register ``trace_prefix`` says (id: seven digits or GTIN; attribute
  med_list_codg), else the catalogue entry of a drug under which it was seen anywhere, else the
  practice of at least three other institutions, with ten packs, that agree by 90 %. A product
  that the catalogue lists under the settled drug, or that nobody knows, accuses nobody.
- All unsold lines of a settlement are accused when other drugs were sold in its name. Whether
  there was a sale at all is PS-01's question; an amount counts once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from domain.facts import Line, Moved, Settled, Signal
from domain.findings import Evidence, Finding, Wait
from domain.moments import text_of
from domain.money import plain, yuan
from rules.packs.substitution import sw_02_products, sw_02_unbought
from rules.packs.substitution.sw_02_parameters import (
    FOREIGN,
    SCAN,
    DrugSubstitutionParameters,
)
from rules.readings.accused import in_full
from rules.readings.geography import name_of
from rules.readings.in_words import settled_drugs
from rules.readings.inventory import drug_name
from rules.readings.sales import Sale, concerned, sales, same_but_package
from rules.readings.tracing import products_of, registered_products
from rules.rule import Judgement, Rule, Stage, Tell
from rules.subjects.sale import SALE
from rules.subjects.stock_day import STOCK_DAY, key_of
from rules.view import Registers, View

_MOST: Final = 8  # pieces of evidence of one kind


def _tell_scans(view: View, anchor: str, p: DrugSubstitutionParameters) -> Judgement:
    """Tell what was scanned at the settlement but not with the goods; goods tell themselves."""
    sale = view.once(sales).get(anchor)
    if sale is None:
        return
    claim, due = sale.claim, sale.due(p.wait_hours)
    for line in sale.drugs:
        known = products_of(sale.scans[line.code]) | registered_products(
            view.registers, line.code, claim.at
        )
        unknown = sorted(products_of(line.traces) - known)
        if unknown and view.clock < due:
            yield Wait(due)
            return
        for product in unknown:
            told = Signal(
                ref=f"{SCAN} {claim.ref} {line.id} {product}",
                at=claim.at,
                name=SCAN,
                settlement=claim.settlement,
                values={"product": product},
                refs=(claim.ref,),
            )
            yield Tell(STOCK_DAY, key_of(claim.institution, line.code, claim.at), told)


def _judge(view: View, anchor: str, p: DrugSubstitutionParameters) -> Judgement:
    sale = view.once(sales).get(anchor)
    if sale is None:
        return
    lines = {line.id: line for line in sale.drugs}
    accused: dict[str, None] = {}
    why: list[str] = []
    evidence: list[Evidence] = []
    for line, product, owner, basis in _foreign_products(view, sale):
        accused[line.id] = None
        why.append(_of_product(view.registers, sale, line, owner, basis))
        evidence.append(_product_evidence(sale, line, product, owner, basis))
    if sale.unsold and sale.others:
        if view.clock < (due := sale.due(p.wait_hours)):
            yield Wait(due)
        else:
            accused.update((line.id, None) for line in sale.unsold)
            why.append(_of_goods(view.registers, sale, p))
            evidence += [_goods_evidence(view.registers, move) for move in sale.others[:_MOST]]
    if accused:
        found = [lines[id_] for id_ in lines if id_ in accused]
        yield _finding(view, sale, found, list(dict.fromkeys(why)), evidence, p)


def _foreign_products(view: View, sale: Sale) -> Iterator[tuple[Line, str, str, str]]:
    """Lines whose trace codes are another drug's: the product, that drug, and how we know."""
    at = sale.claim.at
    learned = {
        (signal.values["code"], signal.values["product"]): signal
        for signal in view.signals(FOREIGN)
    }
    for line in sale.drugs:
        products = products_of(line.traces) | products_of(sale.scans[line.code])
        for product in sorted(products - registered_products(view.registers, line.code, at)):
            owner = _registered_owner(view.registers, product, at)
            signal = learned.get((line.code, product))
            if owner:
                if owner != line.code and not same_but_package(owner, line.code):
                    yield line, product, owner, "追溯码前缀登记"
            elif signal:
                yield line, product, signal.values["owner"], signal.values["basis"]


def _registered_owner(registers: Registers, product: str, at: int) -> str:
    entry = registers.at("trace_prefix", product[1:], at)
    return entry.get("med_list_codg") if entry else ""


def _of_product(registers: Registers, sale: Sale, line: Line, owner: str, basis: str) -> str:
    at = sale.claim.at
    settled, given = drug_name(registers, line.code, at), drug_name(registers, owner, at)
    return f"结算{settled}，所扫追溯码却属于{given}（依据：{basis}）"


def _of_goods(registers: Registers, sale: Sale, p: DrugSubstitutionParameters) -> str:
    at = sale.claim.at
    settled = dict.fromkeys(drug_name(registers, line.code, at) for line in sale.unsold)
    sold = dict.fromkeys(drug_name(registers, move.code, at) for move in sale.others)
    return (
        f"结算{'、'.join([*settled][:3])}后{p.wait_hours}小时内无足量销售记录，"
        f"同一结算号实际售出{'、'.join([*sold][:3])}"
    )


def _product_evidence(sale: Sale, line: Line, product: str, owner: str, basis: str) -> Evidence:
    values = {"结算药品": line.code, "产品标识": product[1:], "所属药品": owner, "依据": basis}
    return Evidence(sale.claim.ref, "追溯码所示产品与结算药品不符", values)


def _goods_evidence(registers: Registers, move: Moved) -> Evidence:
    values = {
        "售出药品": drug_name(registers, move.code, move.at),
        "数量": plain(move.quantity),
        "时间": text_of(move.at),
    }
    if move.price is not None:
        values["金额"] = yuan(move.price * move.quantity)
    return Evidence(move.ref, "同一结算号售出其他药品", values)


def _finding(
    view: View,
    sale: Sale,
    lines: Sequence[Line],
    why: Sequence[str],
    evidence: Sequence[Evidence],
    p: DrugSubstitutionParameters,
) -> Finding:
    claim = sale.claim
    settled = settled_drugs(view.registers, lines)
    return Finding(
        anchor=claim.ref,
        at=claim.at,
        severity=4,
        explanation=(
            f"{name_of(view.registers, claim.institution, claim.at)}{text_of(claim.at)}"
            f"{'；'.join(why[:2])}，疑似串换药品。"
        ),
        counterfactual="若售出及所扫追溯码均为所结算的药品，则不提示。",
        evidence=(Evidence(claim.ref, "医保结算", settled), *evidence[: 2 * _MOST]),
        person=claim.person,
        institution=claim.institution,
        visit=claim.visit,
        settlement=claim.settlement,
        lines=in_full(lines),
        hits=len(lines),
        dedup=claim.settlement,
    )


RULE = Rule(
    id="SW-02",
    name="串换药品",
    name_en="Drug substitution",
    description="医保结算的药品与实际售出、扫码的药品不是同一种。",
    phases=("post",),
    severity=4,
    legal=("TL-38(4)",),
    causes=("14",),
    formula="M1",
    actions={"post": "Q2"},
    official=("问题清单-药店8",),
    parameters=DrugSubstitutionParameters(),
    stages=(
        Stage(
            name="sale",
            subject=SALE,
            triggers=(Settled, Moved, Signal),
            signals=(FOREIGN,),
            affected=concerned,
            judge=_judge,
        ),
        Stage(
            name="scans",
            subject=SALE,
            triggers=(Settled, Moved),
            affected=concerned,
            judge=_tell_scans,
        ),
        *sw_02_products.STAGES,
        *sw_02_unbought.STAGES,
    ),
)
