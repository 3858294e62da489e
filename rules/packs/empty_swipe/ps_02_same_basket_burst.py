"""PS-02 同额/同组合连刷: the same amount, or the same basket, settled again and again.

The institution's day finds amounts and baskets that repeat (ps_02_repeats); the institution's
tariff, which has the counts of its earlier days, decides whether that is only what the place
charges everybody.

Left open by the catalogue, chosen here:

- Counted are settlements at a counter: no stays, no mere registrations, nothing online, nothing
  keyed in an hour or more after the time it names (a village's batch uploads look like bursts).
- A settlement of a fixed fee (06-rules §6.5) is left out of the burst but stays in the total
  that the share is taken of. The price history is that of the 60 days before; it counts
  services in all settlements, drugs where they are the only line.
- A package of chronic care (med_type 14) is a fixed fee likewise, by its basket and total.
- A basket whose members mostly share one amount is that amount's case. Single lines have no
  basket: their amount tells as much.
- "In dashboard" is read as: show only (A0).
- The distribution of an amount takes days on which it came once as days without it, and needs
  20 earlier days and 30 settlements; a younger institution is judged by its bursts alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from domain.facts import Signal
from domain.findings import Evidence, Finding
from domain.moments import MINUTE, date_of, start_of_day, text_of
from domain.money import ZERO
from domain.windows import sliding
from rules.packs.empty_swipe import ps_02_repeats
from rules.packs.empty_swipe.ps_02_repeats import (
    ALL,
    AMOUNT,
    REPEAT,
    BurstParameters,
    Swipe,
    in_bursts,
    members_of,
)
from rules.readings.geography import name_of
from rules.readings.peers import robust_z
from rules.rule import Judgement, Rule, Stage
from rules.subjects.tariff import COUNTS, TARIFF
from rules.view import View

SHOWN = 20


def _repeats_concerned(view: View, fact: Signal) -> Iterator[str]:
    """A repeat concerns itself; a day's counts all repeats of the days after it."""
    if fact.name == REPEAT:
        yield fact.ref
        return
    for repeat in view.signals(REPEAT):
        if int(repeat.values["日"]) > int(fact.values["日"]):
            yield repeat.ref


def _judge(view: View, anchor: str, p: BurstParameters) -> Judgement:
    repeat = view.find(Signal, anchor)
    if repeat is None:
        return
    day = int(repeat.values["日"])
    history = [
        counts
        for counts in view.signals(COUNTS)
        if day - p.history_days <= int(counts.values["日"]) < day
    ]
    swipes = members_of(repeat)
    usual = _usual_prices({swipe.price for swipe in swipes} - {""}, history, p)
    kept = [place for place, swipe in enumerate(swipes) if swipe.price not in usual]
    unusual = [swipes[place] for place in kept]
    burst = in_bursts(unusual, p)
    z = _day_z(repeat, len(unusual), history, p)
    if z is not None:
        accused = kept
    elif burst:
        accused = [kept[place] for place in burst]
    else:
        return
    refs = [repeat.refs[place] for place in accused]
    yield _finding(view, repeat, [swipes[place] for place in accused], refs, z, p)


def _usual_prices(
    prices: set[str], history: Sequence[Signal], p: BurstParameters
) -> frozenset[str]:
    """The prices that this institution has long charged: fixed fees."""
    usual = set()
    for price in prices:
        counts = [int(day.values[price]) for day in history if price in day.values]
        if len(counts) >= p.usual_days and sum(counts) >= p.usual_settlements:
            usual.add(price)
    return frozenset(usual)


def _day_z(
    repeat: Signal, count: int, history: Sequence[Signal], p: BurstParameters
) -> float | None:
    """How far the day's count of this amount is from other days', if far enough to say so."""
    if repeat.values["种类"] != AMOUNT or count < p.min_same_a_day:
        return None
    amount = repeat.values["相同"]
    z = robust_z(
        count,
        [int(day.values.get(amount, "0")) for day in history],
        sum(int(day.values[ALL]) for day in history),
        min_peers=p.min_days_known,
        min_events=p.min_settlements_known,
    )
    return z if z is not None and z >= p.day_z else None


def _finding(
    view: View,
    repeat: Signal,
    swipes: Sequence[Swipe],
    refs: Sequence[str],
    z: float | None,
    p: BurstParameters,
) -> Finding:
    kind, same = repeat.values["种类"], repeat.values["相同"]
    day = date_of(start_of_day(int(repeat.values["日"])))
    what = f"金额同为{same}元" if kind == AMOUNT else "药品项目与数量完全相同"
    times = [text_of(swipe.at) for swipe in swipes]
    return Finding(
        anchor=f"{day} {kind} {same}",
        at=swipes[-1].at,
        severity=3,
        explanation=(
            f"{name_of(view.registers, view.key, swipes[-1].at)}于{times[0]}至{times[-1][11:]}"
            f"为{len({swipe.person for swipe in swipes})}人结算{len(swipes)}笔，{what}，"
            f"{_why(swipes, z, p)}，且不属固定收费，疑为连刷套取。"
        ),
        counterfactual=(
            f"若{p.window_minutes}分钟内相同的少于{p.min_same}笔、占比不足{p.min_share:.0%}，"
            "或该价格为目录价、为本机构长期固定收费，则不提示。"
        ),
        evidence=tuple(
            Evidence(ref, f"同{kind}结算", {"时间": time, kind: same})
            for ref, time in list(zip(refs, times, strict=True))[:SHOWN]
        ),
        institution=view.key,
        whole=sum((swipe.fund for swipe in swipes), ZERO),
        window=(swipes[0].at, swipes[-1].at),
        hits=len(swipes),
        dedup=f"{view.key}:{day}:{same}",
    )


def _why(swipes: Sequence[Swipe], z: float | None, p: BurstParameters) -> str:
    if z is not None:
        far = "此前从未如此" if z == float("inf") else f"与此前{p.history_days}日相比稳健z值{z:.1f}"
        return f"当日同额不少于{p.min_same_a_day}笔，{far}"
    width = p.window_minutes * MINUTE
    windows = list(sliding(swipes, width, lambda swipe: swipe.at))
    first, end = max(windows, key=lambda window: window[1] - window[0])
    same, crowd = end - first, swipes[end - 1].crowd
    return f"最密的{p.window_minutes}分钟内{same}笔，占同时段全部{crowd}笔的{same / crowd:.0%}"


RULE = Rule(
    id="PS-02",
    name="同额/同组合连刷",
    name_en="Same-amount / same-basket burst",
    description="同一机构短时间内为多人结算相同金额或相同药品组合，且不是固定收费。",
    phases=("in", "post"),
    severity=3,
    legal=("TL-40(1)", "TL-40(3)"),
    causes=("20", "22", "24"),
    formula="M6",
    actions={"in": "A0", "post": "Q1"},
    parameters=BurstParameters(),
    stages=(
        *ps_02_repeats.STAGES,
        Stage(
            name="report",
            subject=TARIFF,
            triggers=(Signal,),
            signals=(REPEAT, COUNTS),
            affected=_repeats_concerned,
            judge=_judge,
        ),
    ),
    official=("YT same_otp_amt",),
)
