"""CH-14 重复结算/重复上传明细: one bill settled twice.

(a) At the bill: its number in two settlements that both stand, or in one made at the counter and
one reimbursed by hand. (b) At the person, ch_14_twins: the same basket at the same minute.
Accused is always the later settlement.

Left open by the catalogue, chosen here:

- Numbers belong to the institution that issues them; invoices and receipts are series apart.
- Two settlements of one visit are two parts of one bill, and pass, when they name different
  lines, or, where they name none, when their totals differ.
- A number that more than five persons share is a constant of some system: noticed once.
- (b) is silent where (a) speaks, where a fee time is a date alone, and between settlements of
  one visit that do not name their lines. That other packs were scanned does not excuse it.
- A settlement sent again under its own number is one settlement (the engine sees to it). One that
  was reversed before the other was made is linked to it by that reversal and never a duplicate.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from domain.facts import Signal
from domain.findings import NOTICE, VIOLATION, Evidence, Finding
from domain.moments import DAY, text_of
from domain.money import yuan
from rules.packs.charging.ch_14_twins import TWINS, DuplicateParameters
from rules.projections.bill import BY_HAND, CLAIM, FUND, INVOICE, LINES, RECEIPT, TOTAL, UNDONE
from rules.readings.geography import name_of
from rules.rule import Judgement, Rule, Stage
from rules.subjects.bill import BILL, kind_in, number_in
from rules.view import View

CONSTANT = "constant"
SHOWN = 10
KINDS = {INVOICE: "发票号", RECEIPT: "票据号"}


def _later_claims(view: View, fact: Signal) -> Iterator[str]:
    """The settlement itself and those after it; all where the number may be a constant."""
    claims = view.signals(CLAIM)
    many = len({claim.person for claim in claims}) >= DuplicateParameters().most_persons
    yield fact.settlement
    for claim in claims:
        if many or claim.at >= fact.at:
            yield claim.settlement
    if many:
        yield CONSTANT


def _judge(view: View, anchor: str, p: DuplicateParameters) -> Judgement:
    claims = view.signals(CLAIM)
    if len({claim.person for claim in claims}) > p.most_persons:
        if anchor == CONSTANT:
            yield _constant(view, claims)
        return
    place = next((n for n, one in enumerate(claims) if one.settlement == anchor), None)
    if place is None:
        return
    claim = claims[place]
    near = [one for one in claims[:place] if claim.at - one.at <= p.bill_days * DAY]
    twins = [one for one in near if _is_twin(view, one, claim)]
    if twins:
        yield _finding(view, claim, twins)


def _is_twin(view: View, first: Signal, second: Signal) -> bool:
    if first.settlement == second.settlement:
        return False
    if int(first.values.get(UNDONE, second.at + 1)) <= second.at:
        return False
    if kind_in(view.key) != INVOICE and first.values[INVOICE] == second.values[INVOICE] != "":
        return False  # the invoice tells of these two
    return first.visit != second.visit or not _two_parts(first, second)


def _two_parts(first: Signal, second: Signal) -> bool:
    """Whether these settle one visit in two parts."""
    if first.values[LINES] and second.values[LINES]:
        return first.values[LINES] != second.values[LINES]
    return first.values[TOTAL] != second.values[TOTAL]


def _finding(view: View, claim: Signal, twins: Sequence[Signal]) -> Finding:
    first = twins[0]
    here = name_of(view.registers, claim.institution, claim.at)
    by_hand = {one.values[BY_HAND] for one in (first, claim)}
    how = "（一笔直接结算，一笔手工报销）" if len(by_hand) > 1 else ""
    return Finding(
        anchor=f"bill {claim.settlement}",
        at=claim.at,
        severity=VIOLATION,
        explanation=(
            f"{here}{_what(view)}已于{text_of(first.at)}结算{_yuan(first, TOTAL)}元，"
            f"{text_of(claim.at)}再次结算{_yuan(claim, TOTAL)}元{how}，两笔均未冲正，疑为重复结算。"
        ),
        counterfactual="若其中一笔已冲正，或属同一次就诊分两部分结算，则不提示。",
        evidence=(
            *(_evidence(one, "同一票据的结算") for one in twins[:SHOWN]),
            _evidence(claim, "再次结算"),
        ),
        person=claim.person,
        institution=claim.institution,
        visit=claim.visit,
        settlement=claim.settlement,
        whole=Decimal(claim.values[FUND]),
        window=(first.at, claim.at),
        hits=len(twins) + 1,
        dedup=view.key,
    )


def _what(view: View) -> str:
    return f"{KINDS[kind_in(view.key)]}{number_in(view.key)}"


def _yuan(claim: Signal, name: str) -> str:
    return yuan(Decimal(claim.values[name]))


def _evidence(claim: Signal, summary: str) -> Evidence:
    values = {
        "结算时间": text_of(claim.at),
        "结算编号": claim.settlement,
        "总额": _yuan(claim, TOTAL),
        "基金支付": _yuan(claim, FUND),
        "方式": "手工报销" if claim.values[BY_HAND] == "1" else "直接结算",
    }
    return Evidence(claim.refs[0], summary, values)


def _constant(view: View, claims: Sequence[Signal]) -> Finding:
    last = claims[-1]
    persons = len({claim.person for claim in claims})
    return Finding(
        anchor=CONSTANT,
        at=last.at,
        severity=NOTICE,
        action="A0",
        explanation=(
            f"{name_of(view.registers, last.institution, last.at)}{_what(view)}出现在{persons}人"
            f"的{len(claims)}笔结算中，应为系统填写的固定值而非票据编号，不据此提示重复结算。"
        ),
        counterfactual="若上传真实票据编号，则自动恢复判断。",
        evidence=tuple(_evidence(claim, "票据号相同的结算") for claim in claims[-SHOWN:]),
        institution=last.institution,
        hits=len(claims),
        dedup=view.key,
    )


RULE = Rule(
    id="CH-14",
    name="重复结算/重复上传明细",
    name_en="Duplicate claim or line",
    description="同一票据在两次未冲正的结算中出现，或同一参保人同一时刻的相同费用结算两次。",
    phases=("in", "post"),
    severity=5,
    legal=("SX", "TL-41(2)"),
    causes=("19", "28", "24"),
    formula="M6",
    actions={"in": "A4", "post": "Q2"},
    parameters=DuplicateParameters(),
    stages=(
        Stage(
            name="bill",
            subject=BILL,
            triggers=(Signal,),
            signals=(CLAIM,),
            affected=_later_claims,
            judge=_judge,
        ),
        TWINS,
    ),
    official=("细则: 已结算费用再次结算",),
    subsumes=("CH-01",),
)
