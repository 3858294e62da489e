"""SW-04, packages: one basket of drugs that a shop sells again and again, and its peers do not.

Each sale tells the basket's month at the institution who bought it, each day and month count the
settlements, both tell the peers of that month, and there the supports are compared.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from statistics import median
from typing import Final

from domain.codes import CHRONIC
from domain.facts import Line, Moved, Settled, Signal
from domain.findings import LEAD, Evidence, Finding, Wait
from domain.moments import start_of_day
from domain.money import ZERO, plain
from rules.packs.substitution.sw_04_parameters import DailyGoodsParameters
from rules.readings.baskets import basket_of
from rules.readings.geography import name_of
from rules.readings.in_words import distance_from_peers, drugs_named, month_name
from rules.readings.months import due_after, last_moment, peers_of
from rules.readings.peers import robust_z
from rules.readings.sales import concerned, drug_lines, over_counter, sales
from rules.rule import Judgement, Stage, Tell
from rules.subjects import basket_month, institution_day, institution_month
from rules.subjects.basket_month import BASKET_MONTH
from rules.subjects.institution_day import INSTITUTION_DAY
from rules.subjects.institution_month import INSTITUTION_MONTH, month_in
from rules.subjects.peers import PEERS
from rules.subjects.sale import SALE
from rules.view import View

BOUGHT: Final = "SW-04.bought"
DAY_COUNT: Final = "SW-04.day"
MONTH_COUNT: Final = "SW-04.month"
PACKAGE: Final = "SW-04.package"
_MOST: Final = 15  # sales shown as evidence


def _at_sale(view: View, anchor: str, p: DailyGoodsParameters) -> Judgement:
    """Tell the basket's month of a sale, and once it is overdue whether goods left for it."""
    sale = view.once(sales).get(anchor)
    if sale is None or sale.claim.med_type.startswith(CHRONIC):
        return
    if len({line.code for line in sale.drugs}) < p.package_min_drugs:
        return
    claim = sale.claim
    overdue = view.clock >= (due := sale.due(p.wait_hours))
    if sale.unsold and not overdue:
        yield Wait(due)
    values = {
        "codes": " ".join(sorted({line.code for line in sale.drugs})),
        "covered": plain(_covered(sale.drugs)),
        "round": "" if claim.total % p.round_to_yuan else "1",
        "unsold": "1" if sale.unsold and overdue else "",
    }
    told = Signal(
        ref=f"{BOUGHT} {claim.ref}",
        at=claim.at,
        name=BOUGHT,
        person=claim.person,
        settlement=claim.settlement,
        values=values,
        refs=(claim.ref,),
    )
    key = basket_month.key_of(claim.institution, basket_of(sale.drugs), claim.at)
    yield Tell(BASKET_MONTH, key, told)


def _covered(lines: Sequence[Line]) -> Decimal:
    return sum((line.covered for line in lines), ZERO)


def _once(view: View, fact: Settled | Signal) -> tuple[str, ...]:
    return ("month",)


def _basket(view: View, anchor: str, p: DailyGoodsParameters) -> Judgement:
    institution = basket_month.institution_of(view.key)
    if view.clock < (due := due_after(view.key, p.told_after_days)):
        yield Wait(due)
        return
    bought = view.signals(BOUGHT)
    persons = len({one.person for one in bought})
    group = peers_of(view, institution)
    if persons < p.told_min_persons or not group:
        return
    told = Signal(
        ref=f"{PACKAGE} {institution} {basket_month.basket_in(view.key)}",
        at=last_moment(view.key),
        name=PACKAGE,
        institution=institution,
        values={
            "basket": basket_month.basket_in(view.key),
            "codes": bought[0].values["codes"],
            "persons": str(persons),
            "sales": str(len(bought)),
            "round": str(sum(1 for one in bought if one.values["round"])),
            "unsold": str(sum(1 for one in bought if one.values["unsold"])),
            "covered": plain(sum((Decimal(one.values["covered"]) for one in bought), ZERO)),
        },
        refs=tuple(one.refs[0] for one in bought[:_MOST]),
    )
    yield Tell(PEERS, group, told)


def _count_day(view: View, anchor: str, p: DailyGoodsParameters) -> Judgement:
    day = institution_day.day_in(view.key)
    if view.clock < (over := start_of_day(day + 1)):
        yield Wait(over)
        return
    claims = [
        claim
        for claim in view.all(Settled)
        if over_counter(view.registers, claim) and drug_lines(claim)
    ]
    if claims:
        at, institution = start_of_day(day), institution_day.institution_of(view.key)
        values = {"settlements": str(len(claims))}
        told = Signal(ref=f"{DAY_COUNT} {day}", at=at, name=DAY_COUNT, values=values)
        yield Tell(INSTITUTION_MONTH, institution_month.key_of(institution, at), told)


def _count_month(view: View, anchor: str, p: DailyGoodsParameters) -> Judgement:
    institution = institution_month.institution_of(view.key)
    if view.clock < (due := due_after(view.key, p.told_after_days)):
        yield Wait(due)
        return
    count = sum(int(day.values["settlements"]) for day in view.signals(DAY_COUNT))
    group = peers_of(view, institution)
    if count >= p.min_settlements_a_month and group:
        told = Signal(
            ref=f"{MONTH_COUNT} {institution}",
            at=last_moment(view.key),
            name=MONTH_COUNT,
            institution=institution,
            values={"settlements": str(count)},
        )
        yield Tell(PEERS, group, told)


def _compare(view: View, anchor: str, p: DailyGoodsParameters) -> Judgement:
    """Judge every package of the month that is large, round and without goods."""
    if view.clock < (due := due_after(view.key, p.judged_after_days)):
        yield Wait(due)
        return
    totals = {
        count.institution: int(count.values["settlements"]) for count in view.signals(MONTH_COUNT)
    }
    told = view.signals(PACKAGE)
    for package in told:
        if package.institution not in totals or not _is_striking(package, p):
            continue
        same = {
            one.institution: int(one.values["persons"])
            for one in told
            if one.values["basket"] == package.values["basket"]
        }
        others = [
            same.get(peer, p.told_min_persons - 1) / total
            for peer, total in totals.items()
            if peer != package.institution
        ]
        total = totals[package.institution]
        z = robust_z(
            int(package.values["persons"]) / total,
            others,
            total,
            min_peers=p.min_peers,
            min_events=p.min_settlements_a_month,
        )
        if z is not None and z >= p.support_min_z:
            yield _finding(view, package, z, total, others, p)


def _is_striking(package: Signal, p: DailyGoodsParameters) -> bool:
    seen = {name: int(package.values[name]) for name in ("persons", "sales", "round", "unsold")}
    return (
        seen["persons"] >= p.package_min_persons
        and seen["round"] >= seen["sales"] * p.round_min_share
        and seen["unsold"] >= seen["sales"] * p.unsold_min_share
    )


def _finding(
    view: View,
    package: Signal,
    z: float,
    total: int,
    others: Sequence[float],
    p: DailyGoodsParameters,
) -> Finding:
    seen, month, at = package.values, month_in(view.key), package.at
    drugs = drugs_named(view.registers, seen["codes"].split(), at)
    share = int(seen["persons"]) / total
    return Finding(
        anchor=f"{package.institution} {seen['basket']}",
        at=at,
        severity=4,
        status=LEAD,
        explanation=(
            f"{name_of(view.registers, package.institution, at)}{month_name(month)}向"
            f"{seen['persons']}人以同一组合（{drugs}）结算{seen['sales']}笔，购买人数为其{total}笔药品结算"
            f"的{share:.1%}（同级同类同地区{len(others)}家中位数至多{median(others):.1%}，"
            f"{distance_from_peers(z)}），其中{seen['round']}笔金额为{p.round_to_yuan}元的整数倍，"
            f"{seen['unsold']}笔无足量销售记录，疑以固定套餐串换生活用品。"
        ),
        counterfactual=(
            f"若该组合当月不足{p.package_min_persons}人，或整额笔数不足{p.round_min_share:.0%}，"
            f"或多数有足量销售记录，或占比与同类相差不足{p.support_min_z:g}个稳健标准差，则不提示。"
        ),
        evidence=tuple(Evidence(ref, "同一组合的结算", {"月份": month}) for ref in package.refs),
        institution=package.institution,
        whole=Decimal(seen["covered"]),
        hits=int(seen["sales"]),
        dedup=f"{package.institution}:{seen['basket']}:{month}",
    )


STAGES: Final = (
    Stage(
        name="basket-sale",
        subject=SALE,
        triggers=(Settled, Moved),
        affected=concerned,
        judge=_at_sale,
    ),
    Stage(
        name="basket-month",
        subject=BASKET_MONTH,
        triggers=(Signal,),
        signals=(BOUGHT,),
        affected=_once,
        judge=_basket,
    ),
    Stage(
        name="day",
        subject=INSTITUTION_DAY,
        triggers=(Settled,),
        affected=_once,
        judge=_count_day,
    ),
    Stage(
        name="month",
        subject=INSTITUTION_MONTH,
        triggers=(Signal,),
        signals=(DAY_COUNT,),
        affected=_once,
        judge=_count_month,
    ),
    Stage(
        name="peers",
        subject=PEERS,
        triggers=(Signal,),
        signals=(MONTH_COUNT, PACKAGE),
        affected=_once,
        judge=_compare,
    ),
)
