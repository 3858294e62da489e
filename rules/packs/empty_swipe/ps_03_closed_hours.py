"""PS-03 非营业/深夜时段刷卡: settlements at a counter that was closed.

One night: each person's state tells the institution of a swipe outside the registered hours (by
day nothing is told), and the institution counts them by the night they lie in, which belongs to
the day of its evening. One month: see ps_03_share.

Left open by the catalogue, chosen here:

- Closed hours are the registered ones, 22:30 to 06:00 where the register tells none. Ten minutes
  before opening and after closing are let pass: the last customer, and clocks a little off.
- A hospital of the second or third level must keep an emergency room, so it never closes. An
  emergency settlement anywhere, an online one and one keyed in more than an hour after the time
  it names say nothing about the counter.
- "30 d" is the natural month, so that everybody is compared over the same days. An institution
  that never closes is nobody's peer. Below ten swipes in closed hours a month there is no
  finding, however exactly the peers keep to their hours.
- The catalogue names no action while the night lasts; the rule shows its swipes then (A0).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal

from domain.facts import Settled, Signal
from domain.findings import Evidence, Finding
from domain.moments import date_of, seconds_into_day, start_of_day, text_of
from domain.money import ZERO, plain, yuan
from rules.packs.empty_swipe import ps_03_share
from rules.packs.empty_swipe.ps_03_hours import ClosedHoursParameters, closed_hours, usual_hours
from rules.readings.counters import opening_hours
from rules.readings.geography import name_of
from rules.rule import Judgement, Rule, Stage, Tell, itself
from rules.subjects.institution import INSTITUTION
from rules.subjects.person import PERSON
from rules.view import View

SWIPE = "PS-03.swipe"
NIGHT = "夜"
SHOWN = 20


def _tell_swipe(view: View, anchor: str, p: ClosedHoursParameters) -> Judgement:
    claim = view.find(Settled, anchor)
    hours = closed_hours(view.registers, claim, p) if claim else None
    if claim is None or hours is None:
        return
    swipe = Signal(
        ref=f"{SWIPE} {anchor}",
        at=claim.at,
        name=SWIPE,
        institution=claim.institution,
        settlement=claim.settlement,
        refs=(claim.ref,),
        values={
            NIGHT: str(hours.night_of(claim.at)),
            "基金支付": plain(claim.fund),
            "终端": claim.terminal,
            "操作员": claim.operator,
        },
    )
    yield Tell(INSTITUTION, claim.institution, swipe)


def _night_of(view: View, fact: Signal) -> tuple[str, ...]:
    return (fact.values[NIGHT],)


def _judge_night(view: View, anchor: str, p: ClosedHoursParameters) -> Judgement:
    swipes = [one for one in view.signals(SWIPE) if one.values[NIGHT] == anchor]
    if len(swipes) < p.min_swipes_a_night:
        return
    evening, last = date_of(start_of_day(int(anchor))), swipes[-1]
    registered = opening_hours(view.registers, view.key, last.at)
    open_hours = registered or usual_hours(p)
    hours = "登记营业时间" if registered else "未登记营业时间，按默认"
    yield Finding(
        anchor=f"night {evening}",
        at=last.at,
        severity=3,
        explanation=(
            f"{name_of(view.registers, view.key, last.at)}（{hours}{_clock(open_hours.opens)}-"
            f"{_clock(open_hours.closes)}）{evening}夜间非营业时段刷卡结算{len(swipes)}笔"
            f"（{_histogram(swipes)}），达到每夜{p.min_swipes_a_night}笔的提示线。"
        ),
        counterfactual=(
            f"若当夜非营业时段结算少于{p.min_swipes_a_night}笔，"
            "或登记为24小时营业、属急诊、属事后补传，则不提示。"
        ),
        evidence=tuple(_evidence(swipe) for swipe in swipes[:SHOWN]),
        institution=view.key,
        whole=sum((Decimal(swipe.values["基金支付"]) for swipe in swipes), ZERO),
        window=(swipes[0].at, last.at),
        hits=len(swipes),
        dedup=f"{view.key}:{evening}",
    )


def _clock(seconds: int) -> str:
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}"


def _histogram(swipes: Sequence[Signal]) -> str:
    """Swipes by hour of the day as the night goes on, ``23时2笔、0时1笔``."""
    by_hour = Counter(seconds_into_day(swipe.at) // 3600 for swipe in swipes)
    return "、".join(f"{hour}时{by_hour[hour]}笔" for hour in by_hour)


def _evidence(swipe: Signal) -> Evidence:
    values = {"时间": text_of(swipe.at), "基金支付": yuan(Decimal(swipe.values["基金支付"]))}
    values |= {name: swipe.values[name] for name in ("终端", "操作员") if swipe.values[name]}
    return Evidence(swipe.refs[0], "非营业时段结算", values)


RULE = Rule(
    id="PS-03",
    name="非营业/深夜时段刷卡",
    name_en="Night / closed-hours swipes",
    description="在登记营业时间之外的一夜内多笔刷卡结算，或非营业时段占比远高于同类机构。",
    phases=("in", "post"),
    severity=3,
    legal=("TL-40(1)",),
    causes=("20", "24"),
    formula="M6",
    actions={"in": "A0", "post": "Q1"},
    parameters=ClosedHoursParameters(),
    stages=(
        Stage(
            name="swipe",
            subject=PERSON,
            triggers=(Settled,),
            affected=itself,
            judge=_tell_swipe,
        ),
        Stage(
            name="night",
            subject=INSTITUTION,
            triggers=(Signal,),
            signals=(SWIPE,),
            affected=_night_of,
            judge=_judge_night,
        ),
        *ps_03_share.STAGES,
    ),
    official=("YT night_swipe_*",),
)
