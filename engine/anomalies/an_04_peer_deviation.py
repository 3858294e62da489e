"""AN-04 同侪偏离: institutions and doctors whose month is unlike that of their peers.

Days are tallied when they are over, months two days after their end, and compared three days
after it. All of it is a function of the facts, so that stages do it like any rule's, in any
order of arrival; the model (detectors/peer_deviation.py) keeps nothing from month to month.

Left open by the catalogue, chosen here:

- Institutions: fee per outpatient visit or purchase, fee and length of a stay, shares of drugs,
  examinations and materials, share of settlements at night (22 to 6). Rates of upcoding and
  refunds cannot be told from settlements alone and are left out.
- Doctors, as fee lines name them: the outpatients' fee and shares alone, compared within the
  department that the register of practitioners gives. One without department is nobody's peer.
- A figure that rests on fewer than 30 visits, stays or hours is not compared.
- The alert claims no amount.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from statistics import median
from typing import Final

from detectors.detector import Score
from detectors.peer_deviation import AN_04, DEVIATES_AT, MonthVector
from domain.facts import Signal
from domain.findings import SUSPICIOUS, Evidence, Finding, Wait
from domain.moments import DAY, Moment, moment
from engine.anomalies.month_stages import (
    EVENTS,
    MONTH,
    PRACTITIONER,
    STAGES,
    DeviationParameters,
    all_of_it,
)
from rules.readings.geography import name_of
from rules.rule import Judgement, Rule, Stage
from rules.subjects.institution_month import end_of, month_in
from rules.subjects.peers import PEERS
from rules.view import View

_YUAN: Callable[[float], str] = "{:.2f}".format
_SHARE: Callable[[float], str] = "{:.1%}".format
_DAYS: Callable[[float], str] = "{:.1f}".format
_WRITTEN: Final = {"fee_per_visit": _YUAN, "fee_per_stay": _YUAN, "length_of_stay": _DAYS}


def _compare(view: View, anchor: str, p: DeviationParameters) -> Judgement:
    month = month_in(view.key)
    due = Moment(end_of(month) + p.judged_after_days * DAY)
    if view.clock < due:
        yield Wait(due)
        return
    told = view.signals(MONTH)
    vectors = [_vector(one, month) for one in told]
    detector = AN_04.factory(0)
    for vector in vectors:
        detector.learn_one(vector)
    for one, vector, score in zip(told, vectors, detector.score_many(vectors), strict=True):
        if score.alert:
            others = [other.values for other in vectors if other.subject != vector.subject]
            yield _finding(view, one, vector, score, others)


def _vector(told: Signal, month: str) -> MonthVector:
    values = {name: float(told.values[name]) for name in AN_04.features if name in told.values}
    return MonthVector(
        subject=told.ref,
        month=12 * int(month[:4]) + int(month[5:]),
        events=int(told.values[EVENTS]),
        values=values,
    )


def _finding(
    view: View,
    told: Signal,
    vector: MonthVector,
    score: Score,
    others: Sequence[Mapping[str, float]],
) -> Finding:
    month, practitioner = month_in(view.key), told.values[PRACTITIONER]
    contributions = {
        name: _contribution(name, vector.values[name], z, others)
        for name, z in score.contributions.items()
    }
    far = [name for name, z in score.contributions.items() if abs(z) >= DEVIATES_AT]
    reasons = "；".join(AN_04.features[name] + contributions[name] for name in far)
    who = name_of(view.registers, told.institution, told.at)
    if practitioner:
        who, kind = f"{who}一名医师", f"同级同类同地区同科室医师{len(others)}名"
    else:
        kind = f"同级同类同地区机构{len(others)}家"
    return Finding(
        anchor=f"{told.institution}|{practitioner}",
        at=told.at,
        severity=SUSPICIOUS,
        explanation=f"{who}{month}月{vector.events}人次，与{kind}相比明显偏离：{reasons}，仅供核查。",
        counterfactual=f"偏离{DEVIATES_AT:g}个稳健标准差以上的指标不足两项，则不提示。",
        evidence=tuple(
            Evidence(ref, "当月费用较高的结算（抽样）", {"月份": month}) for ref in told.refs
        ),
        institution=told.institution,
        practitioner=practitioner,
        window=(moment(f"{month}-01"), told.at),
        score=round(score.value, 4),
        contributions={AN_04.features[name]: text for name, text in contributions.items()},
        dedup=f"{told.institution}:{practitioner}:{month}",
    )


def _contribution(name: str, value: float, z: float, others: Sequence[Mapping[str, float]]) -> str:
    write = _WRITTEN.get(name, _SHARE)
    middle = median(other[name] for other in others if name in other)
    return f"{write(value)}（中位数{write(middle)}，稳健z值{z:.1f}）"


RULE = Rule(
    id="AN-04",
    name=AN_04.name,
    name_en=AN_04.name_en,
    description=(
        "机构或医师一个自然月的费用、住院日与费用构成，有两项以上偏离同级同类同地区（同科室）"
        "同侪三个稳健标准差，列为线索；只供核查，不作扣款依据。"
    ),
    phases=("post",),
    severity=SUSPICIOUS,
    legal=("TL-15", "TL-38(2)"),
    causes=("12", "19"),
    formula="",
    actions={"post": "Q1"},
    parameters=DeviationParameters(),
    stages=(
        *STAGES,
        Stage(
            name="compare",
            subject=PEERS,
            triggers=(Signal,),
            signals=(MONTH,),
            affected=all_of_it,
            judge=_compare,
        ),
    ),
)
