"""PS-03, the month: an institution's share of swipes in closed hours against its peers'.

Each day counts its swipes when it is over, each month adds its days up and tells the peers of
that month, and there the shares are compared, once for all of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from statistics import median

from domain.facts import Settled, Signal
from domain.findings import Evidence, Finding, Wait
from domain.moments import start_of_day
from domain.money import ZERO, plain
from rules.packs.empty_swipe.ps_03_hours import ClosedHoursParameters, closed_hours
from rules.readings.counters import at_counter, never_closes
from rules.readings.geography import name_of
from rules.readings.in_words import distance_from_peers, month_name
from rules.readings.months import due_after, last_moment, peers_of
from rules.readings.peers import robust_z
from rules.rule import Judgement, Stage, Tell
from rules.subjects.institution_day import INSTITUTION_DAY, day_in
from rules.subjects.institution_day import institution_of as institution_of_day
from rules.subjects.institution_month import (
    INSTITUTION_MONTH,
    institution_of,
    key_of,
    month_in,
)
from rules.subjects.peers import PEERS
from rules.view import View

DAY_COUNT = "PS-03.day"
MONTH_COUNT = "PS-03.month"
SETTLED, CLOSED, FUND = "结算笔数", "非营业时段笔数", "非营业时段基金支付"
SHOWN = 20


def _all_of_it(view: View, fact: Settled | Signal) -> tuple[str, ...]:
    return ("share",)


def _count_day(view: View, anchor: str, p: ClosedHoursParameters) -> Judgement:
    day = day_in(view.key)
    if view.clock < start_of_day(day + 1):
        yield Wait(start_of_day(day + 1))
        return
    institution = institution_of_day(view.key)
    if never_closes(view.registers, institution, start_of_day(day)):
        return
    swipes = [claim for claim in view.all(Settled) if at_counter(claim)]
    if not swipes:
        return
    closed = [claim for claim in swipes if closed_hours(view.registers, claim, p)]
    values = {
        SETTLED: str(len(swipes)),
        CLOSED: str(len(closed)),
        FUND: plain(sum((claim.fund for claim in closed), ZERO)),
    }
    count = Signal(
        ref=f"{DAY_COUNT} {day}",
        at=start_of_day(day),
        name=DAY_COUNT,
        institution=institution,
        values=values,
        refs=tuple(claim.ref for claim in closed[:SHOWN]),
    )
    yield Tell(INSTITUTION_MONTH, key_of(institution, start_of_day(day)), count)


def _count_month(view: View, anchor: str, p: ClosedHoursParameters) -> Judgement:
    institution = institution_of(view.key)
    if view.clock < (due := due_after(view.key, p.told_after_days)):
        yield Wait(due)
        return
    days, peers = view.signals(DAY_COUNT), peers_of(view, institution)
    if not days or not peers:
        return
    count = Signal(
        ref=f"{MONTH_COUNT} {institution}",
        at=last_moment(view.key),
        name=MONTH_COUNT,
        institution=institution,
        values={name: plain(_sum(days, name)) for name in (SETTLED, CLOSED, FUND)},
        refs=tuple(ref for day in days for ref in day.refs)[:SHOWN],
    )
    yield Tell(PEERS, peers, count)


def _sum(days: Sequence[Signal], name: str) -> Decimal:
    return sum((Decimal(day.values[name]) for day in days), ZERO)


def _compare(view: View, anchor: str, p: ClosedHoursParameters) -> Judgement:
    if view.clock < (due := due_after(view.key, p.judged_after_days)):
        yield Wait(due)
        return
    known = [
        count
        for count in view.signals(MONTH_COUNT)
        if int(count.values[SETTLED]) >= p.min_settlements_a_month
    ]
    shares = {count.institution: _share(count) for count in known}
    for count in known:
        if int(count.values[CLOSED]) < p.min_swipes_a_month:
            continue
        others = [share for name, share in shares.items() if name != count.institution]
        z = robust_z(
            _share(count),
            others,
            int(count.values[SETTLED]),
            min_peers=p.min_peers,
            min_events=p.min_settlements_a_month,
        )
        if z is not None and z >= p.share_z:
            yield _finding(view, count, z, others, p)


def _share(count: Signal) -> float:
    return int(count.values[CLOSED]) / int(count.values[SETTLED])


def _finding(
    view: View, count: Signal, z: float, others: Sequence[float], p: ClosedHoursParameters
) -> Finding:
    month, seen = month_in(view.key), count.values
    return Finding(
        anchor=f"share {count.institution}",
        at=count.at,
        severity=3,
        explanation=(
            f"{name_of(view.registers, count.institution, count.at)}{month_name(month)}刷卡结算"
            f"{seen[SETTLED]}笔，其中非营业时段{seen[CLOSED]}笔，占{_share(count):.1%}；"
            f"同级同类同地区{len(others)}家中位数为{median(others):.1%}，{distance_from_peers(z)}"
            f"（提示线为z值{p.share_z:g}）。"
        ),
        counterfactual=f"若非营业时段占比与同类相差不足{p.share_z:g}个稳健标准差，则不提示。",
        evidence=tuple(
            Evidence(ref, "非营业时段结算（抽样）", {"月份": month}) for ref in count.refs
        ),
        institution=count.institution,
        whole=Decimal(seen[FUND]),
        hits=int(seen[CLOSED]),
        dedup=f"{count.institution}:{month}",
    )


STAGES = (
    Stage(
        name="day",
        subject=INSTITUTION_DAY,
        triggers=(Settled,),
        affected=_all_of_it,
        judge=_count_day,
    ),
    Stage(
        name="month",
        subject=INSTITUTION_MONTH,
        triggers=(Signal,),
        signals=(DAY_COUNT,),
        affected=_all_of_it,
        judge=_count_month,
    ),
    Stage(
        name="peers",
        subject=PEERS,
        triggers=(Signal,),
        signals=(MONTH_COUNT,),
        affected=_all_of_it,
        judge=_compare,
    ),
)
