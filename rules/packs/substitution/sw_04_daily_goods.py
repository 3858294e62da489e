"""SW-04 生活用品串换: rice and face cream leave the counter, and drugs are settled.

Either the goods sold under the settlement's number are no drugs, and of the drugs settled there
is no sale after 72 h: then the unsold lines are accused. Or a fixed package of drugs is settled
for so many persons that no peer's support of it comes near. Choices:

- Goods beside drugs that were all handed over are an ordinary receipt.
- What a barcode names that the catalogue gives the settled drug, is that drug.
- A package is at least two drugs in the same quantities, outside chronic care (med_type 14),
  in a natural month, so that all peers are counted over the same days. Half of its sales must
  lack their goods (the catalogue's "no_sale_match (PS-01)"): who hands over what it settles
  sells a popular combination. It rests on figures alone and is a lead (线索).
- A peer that does not tell of a package had fewer than three buyers, and is counted with two.
- PS-01 speaks of the same settlement for itself; an amount counts once.
"""

from __future__ import annotations

from domain.facts import Moved, Settled
from domain.findings import Evidence, Finding, Wait
from domain.moments import text_of
from domain.money import plain, yuan
from rules.packs.substitution import sw_04_packages
from rules.packs.substitution.sw_04_parameters import DailyGoodsParameters
from rules.readings.accused import in_full
from rules.readings.geography import name_of
from rules.readings.in_words import drugs_named, settled_drugs
from rules.readings.inventory import drug_name
from rules.readings.sales import concerned, sales
from rules.rule import Judgement, Rule, Stage
from rules.subjects.sale import SALE
from rules.view import View

_MOST = 8  # goods shown as evidence


def _judge(view: View, anchor: str, p: DailyGoodsParameters) -> Judgement:
    sale = view.once(sales).get(anchor)
    if sale is None or not sale.unsold or not sale.goods:
        return
    if view.clock < (due := sale.due(p.wait_hours)):
        yield Wait(due)
        return
    claim = sale.claim
    drugs = drugs_named(view.registers, (one.code for one in sale.unsold), claim.at)
    goods = dict.fromkeys(drug_name(view.registers, one.code, one.at) for one in sale.goods)
    settled = settled_drugs(view.registers, sale.unsold, "，无足量销售记录（PS-01）")
    yield Finding(
        anchor=claim.ref,
        at=claim.at,
        severity=4,
        explanation=(
            f"{name_of(view.registers, claim.institution, claim.at)}{text_of(claim.at)}以医保结算"
            f"{drugs}，共{len(sale.unsold)}条明细，{p.wait_hours}小时内无足量销售记录，而同一结算号售出非药品"
            f"（{'、'.join([*goods][:3])}），疑似以生活用品串换药品。"
        ),
        counterfactual="若所结算的药品均有同一结算号的足量销售记录，则另购商品不提示。",
        evidence=(
            Evidence(claim.ref, "医保结算", settled),
            *(_evidence(move) for move in sale.goods[:_MOST]),
        ),
        person=claim.person,
        institution=claim.institution,
        visit=claim.visit,
        settlement=claim.settlement,
        lines=in_full(sale.unsold),
        hits=len(sale.unsold),
        dedup=claim.settlement,
    )


def _evidence(move: Moved) -> Evidence:
    values = {
        "商品": move.barcode or move.code,
        "数量": plain(move.quantity),
        "时间": text_of(move.at),
        "小票": move.document,
        "金额": "" if move.price is None else yuan(move.price * move.quantity),
    }
    shown = {name: value for name, value in values.items() if value}
    return Evidence(move.ref, "同一结算号售出非药品", shown)


RULE = Rule(
    id="SW-04",
    name="生活用品/保健品串换(药店)",
    name_en="Daily goods settled as drugs",
    description="以医保结算药品，实际售出的是非药品；或以他店所无的固定套餐反复结算而无真实销售。",
    phases=("post",),
    severity=4,
    legal=("TL-38(4)", "TL-40"),
    causes=("14", "20"),
    formula="M1",
    actions={"post": "Q2"},
    official=("问题清单-药店7",),
    parameters=DailyGoodsParameters(),
    stages=(
        Stage(
            name="sale",
            subject=SALE,
            triggers=(Settled, Moved),
            affected=concerned,
            judge=_judge,
        ),
        *sw_04_packages.STAGES,
    ),
)
