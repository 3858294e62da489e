"""CH-14 (b): two settlements of one person that are alike to the minute."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from domain.facts import Fees, Line, Settled
from domain.findings import Evidence, Finding
from domain.moments import HOUR, is_date_only, text_of
from domain.money import yuan
from rules.readings.baskets import basket_of
from rules.readings.claims import settlements_of, with_lines
from rules.readings.geography import name_of
from rules.readings.in_words import duration
from rules.readings.undoing import undone_at
from rules.rule import Judgement, Parameters, Stage
from rules.subjects.person import PERSON
from rules.view import View


class DuplicateParameters(Parameters, frozen=True, kw_only=True):
    """06-rules CH-14: hash_win_h, and ±60 s for the fee times; the others are its choices."""

    bill_days: int = 730  # in which a bill's number is one bill
    twin_hours: int = 48
    twin_seconds: int = 60
    most_persons: int = 5  # that one bill's number may be shared by; more, and it is no number


def _visits_concerned(view: View, fact: Fees | Settled) -> Iterator[str]:
    """The visit itself, and those with a settlement there in the two days after."""
    yield fact.visit
    changed = [fact] if isinstance(fact, Settled) else settlements_of(view, fact.visit)
    for claim in changed:
        for later in view.between(Settled, claim.at, claim.at + _reach(DuplicateParameters())):
            if later.institution == claim.institution:
                yield later.visit


def _reach(p: DuplicateParameters) -> int:
    return p.twin_hours * HOUR


def _judge(view: View, anchor: str, p: DuplicateParameters) -> Judgement:
    for claim in settlements_of(view, anchor):
        twin = _twin(view, claim, p)
        if twin is not None:
            yield _finding(view, claim, twin, p)


def _twin(view: View, claim: Settled, p: DuplicateParameters) -> Settled | None:
    """The earliest settlement that this one repeats."""
    lines: list[Line] = []
    for other in view.between(Settled, claim.at - _reach(p), claim.at):
        if not _may_be_twins(view, other, claim):
            continue
        lines = lines or _timed(with_lines(view, claim).lines)
        if not lines:
            return None
        others = _timed(with_lines(view, other).lines)
        if basket_of(others) == basket_of(lines) and _at_once(others, lines, p.twin_seconds):
            return other
    return None


def _may_be_twins(view: View, other: Settled, claim: Settled) -> bool:
    if other.institution != claim.institution or other.settlement == claim.settlement:
        return False
    if (other.at, other.ref) >= (claim.at, claim.ref):
        return False
    if other.visit == claim.visit and not (other.lines and claim.lines):
        return False  # two parts of one bill, which do not say whose lines are whose
    same_bill = (other.invoice and other.invoice == claim.invoice) or (
        other.bill and other.bill == claim.bill
    )
    undone = undone_at(view, other.void) if other.void else None
    return not same_bill and (undone is None or undone > claim.at)


def _timed(lines: Sequence[Line]) -> list[Line]:
    """The lines in an order of their own; none at all where a time tells no more than the day."""
    if any(is_date_only(line.at) for line in lines):
        return []
    return sorted(lines, key=lambda line: (line.code, line.quantity, line.at))


def _at_once(others: Sequence[Line], lines: Sequence[Line], seconds: int) -> bool:
    return all(
        abs(other.at - line.at) <= seconds for other, line in zip(others, lines, strict=True)
    )


def _finding(view: View, claim: Settled, twin: Settled, p: DuplicateParameters) -> Finding:
    return Finding(
        anchor=f"twin {claim.settlement}",
        at=claim.at,
        severity=3,
        explanation=(
            f"{name_of(view.registers, claim.institution, claim.at)}在{text_of(twin.at)}结算"
            f"{yuan(twin.total)}元，{duration(claim.at - twin.at)}后又为同一参保人结算"
            f"{yuan(claim.total)}元，两笔的项目与数量相同、费用发生时间相差不超过{p.twin_seconds}秒，"
            "前一笔未冲正，疑为重复结算。"
        ),
        counterfactual="若前一笔已冲正，或两笔的项目、数量或费用发生时间不同，则不提示。",
        evidence=(_evidence(twin, "前一笔结算"), _evidence(claim, "重复的结算")),
        person=claim.person,
        institution=claim.institution,
        visit=claim.visit,
        settlement=claim.settlement,
        whole=claim.fund,
        window=(twin.at, claim.at),
        hits=2,
    )


def _evidence(claim: Settled, summary: str) -> Evidence:
    values = {
        "结算时间": text_of(claim.at),
        "结算编号": claim.settlement,
        "总额": yuan(claim.total),
        "基金支付": yuan(claim.fund),
    }
    return Evidence(claim.ref, summary, values)


TWINS = Stage(
    name="twins",
    subject=PERSON,
    triggers=(Settled, Fees),
    affected=_visits_concerned,
    judge=_judge,
)
