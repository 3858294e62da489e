"""ID-04 敛卡集中刷卡: cards of many people swiped one after another at one terminal.

Each day of a terminal looks for runs, settlements at most ``gap_seconds`` apart. (a) A long run
of many persons and like amounts is a finding of that day; all such runs of a day are one finding,
so that it keeps its name when a settlement arrives late. (b) Every run of several persons is told
to the terminal, which knows the same band of people when it comes back (`id_04_band`). A third
stage tells each person of a crowd at the terminal, for ID-01.

Left open by the catalogue, chosen here:

- Only pharmacies and clinics (first level, or none registered) are judged: at the cash desk of a
  larger hospital, half a minute a settlement is ordinary. Stays, registrations, online visits and
  reimbursements by hand are no swipes.
- Entered in bulk: keyed in more than an hour after the settlement, or settled more than
  ``late_entry_minutes`` after its last line. Such a settlement is left out of the run.
- Amounts and items speak only where something other than a service was charged: a vaccination or
  a check-up costs everybody the same. The same band coming back speaks whatever was charged.
- Persons with a filing for 代配药 in force, and dialysis, which brings the same patients together
  by schedule, are left out of runs and crowds.
- A run belongs to the day of its first settlement, and is followed an hour past midnight.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from operator import attrgetter

from domain.facts import Signal
from domain.findings import GRAVE, Evidence, Finding
from domain.moments import MINUTE, day_of, text_of, to_datetime
from domain.money import ZERO, plain, yuan
from domain.windows import runs
from rules.packs.identity import id_04_band
from rules.packs.identity.id_04_parameters import CROWDED, RUN, GatheringParameters
from rules.readings.geography import name_of
from rules.readings.in_words import credential_name
from rules.readings.swipes import (
    PHARMACY_COUNTER,
    SWIPE,
    Swipe,
    counter_of,
    is_excused,
    lag_of,
    read,
)
from rules.rule import Judgement, Rule, Stage, Tell
from rules.subjects.person import PERSON
from rules.subjects.terminal import TERMINAL, terminal_in
from rules.subjects.terminal_day import TERMINAL_DAY, day_in, terminal_of
from rules.view import View

RUNS = "runs"
SHOWN = 20

Run = Sequence[Swipe]
_at = attrgetter("at")


def _the_day(view: View, fact: Signal) -> Iterable[str]:
    return (RUNS,)


def _judge_runs(view: View, anchor: str, p: GatheringParameters) -> Judgement:
    institution = _institution(view)
    hits: list[tuple[Run, int]] = []
    for run in _runs(view, p):
        alike = _alike(run, p)
        suspect = len(run) >= _least_length(view, institution, run, p) and (
            alike >= p.alike_share * len(run)
        )
        if suspect:
            hits.append((run, alike))
        yield Tell(TERMINAL, terminal_of(view.key), _as_signal(institution, run, suspect))
    if hits:
        yield _finding(view, institution, hits, p)


def _runs(view: View, p: GatheringParameters) -> Iterator[Run]:
    """The day's runs of enough persons.

    Settlements that tell nothing are left out of the few places where many stand close together.
    """
    today = day_in(view.key)
    for crowded in runs(view.signals(SWIPE), p.gap_seconds, _at):
        if len(crowded) < p.distinct_persons:
            continue
        for run in runs([swipe for swipe in crowded if _tells(swipe, p)], p.gap_seconds, _at):
            persons = {swipe.person for swipe in run}
            if len(persons) >= p.distinct_persons and day_of(run[0].at) == today:
                yield [read(swipe) for swipe in run]


def _tells(swipe: Signal, p: GatheringParameters) -> bool:
    """Whether it says who stood at the counter then: not entered in bulk, not excused."""
    return lag_of(swipe) <= p.late_entry_minutes * MINUTE and not is_excused(swipe)


def _institution(view: View) -> str:
    return next((signal.institution for signal in view.signals(SWIPE)), "")


def _least_length(view: View, institution: str, run: Run, p: GatheringParameters) -> int:
    kind = counter_of(view.registers, institution, run[0].at)
    return p.run_min_pharmacy if kind == PHARMACY_COUNTER else p.run_min_clinic


def _alike(run: Run, p: GatheringParameters) -> int:
    """The most swipes of the run with one basket, or within the tolerance of one amount."""
    telling = [swipe for swipe in run if not swipe.services_only]
    baskets = Counter(swipe.basket for swipe in telling if swipe.basket)
    amounts = sorted(swipe.total for swipe in telling)
    most, first, end = 0, 0, 0
    for amount in amounts:
        while amounts[first] < amount * (1 - p.amount_tolerance):
            first += 1
        while end < len(amounts) and amounts[end] <= amount * (1 + p.amount_tolerance):
            end += 1
        most = max(most, end - first)
    return max(most, *baskets.values(), 0)


def _as_signal(institution: str, run: Run, suspect: bool) -> Signal:
    """A run as its terminal remembers it. Its name is its settlements: another run, once one of
    them is reversed, beside which the former can be told as taken back."""
    refs = tuple(swipe.ref for swipe in run)
    digest = hashlib.blake2b("\n".join(refs).encode(), digest_size=8).hexdigest()
    return Signal(
        ref=f"{RUN} {digest}",
        at=run[0].at,
        name=RUN,
        institution=institution,
        refs=refs,
        values={
            id_04_band.PERSONS: "\n".join(sorted({swipe.person for swipe in run})),
            id_04_band.FUND: plain(_fund(run)),
            id_04_band.END: str(run[-1].at),
            id_04_band.ACCUSED: "1" if suspect else "",
        },
    )


def _fund(run: Run) -> Decimal:
    return sum((swipe.fund for swipe in run), ZERO)


def _finding(
    view: View, institution: str, hits: list[tuple[Run, int]], p: GatheringParameters
) -> Finding:
    first = hits[0][0][0].at
    last = hits[-1][0][-1].at
    terminal = terminal_in(terminal_of(view.key), institution)
    swipes = [swipe for run, _ in hits for swipe in run]
    return Finding(
        anchor=RUNS,
        at=first,
        severity=GRAVE,
        explanation=(
            f"{name_of(view.registers, institution, first)}终端{terminal}"
            f"集中连续刷卡{len(swipes)}笔："
            + "；".join(_told(run, alike, p) for run, alike in hits[:4])
            + f"，相邻间隔均不超过{p.gap_seconds}秒，疑为敛卡集中刷卡。"
        ),
        counterfactual=(
            f"若相邻结算间隔超过{p.gap_seconds}秒、人数不足{p.distinct_persons}人、过半金额与组合各不相同，"
            "或为停机后补录、已备案代配药、统一收费的接种体检，则不提示。"
        ),
        evidence=tuple(_evidence(swipe) for swipe in swipes[:SHOWN]),
        institution=institution,
        whole=sum((_fund(run) for run, _ in hits), ZERO),
        window=(first, last),
        hits=len(swipes),
    )


def _told(run: Run, alike: int, p: GatheringParameters) -> str:
    persons = len({swipe.person for swipe in run})
    return (
        f"{text_of(run[0].at)}起{run[-1].at - run[0].at}秒内{len(run)}笔、{persons}名参保人，"
        f"其中{alike}笔金额相差不超过{p.amount_tolerance:.0%}或组合相同"
    )


def _evidence(swipe: Swipe) -> Evidence:
    values = {
        "时间": f"{to_datetime(swipe.at):%Y-%m-%d %H:%M:%S}",
        "总额": yuan(swipe.total),
        "基金支付": yuan(swipe.fund),
        "操作员": swipe.operator,
        "凭证": credential_name(swipe.credential),
        "组合摘要": swipe.basket,
    }
    shown = {name: value for name, value in values.items() if value}
    return Evidence(swipe.ref, "连续刷卡中的一笔结算", shown)


def _neighbours(view: View, fact: Signal) -> Iterator[str]:
    """The swipe itself, and those that can share a crowd with it."""
    reach = GatheringParameters().crowd_minutes * MINUTE
    yield fact.ref
    for near in view.between(Signal, fact.at - reach, fact.at + reach):
        yield near.ref


def _judge_crowd(view: View, anchor: str, p: GatheringParameters) -> Judgement:
    signal = view.find(Signal, anchor)
    if signal is None or day_of(signal.at) != day_in(view.key) or not _tells(signal, p):
        return
    if not _in_crowd(view, signal.at, p):
        return
    crowded = Signal(
        ref=f"{CROWDED} {signal.refs[0]}",
        at=signal.at,
        name=CROWDED,
        person=signal.person,
        institution=signal.institution,
        settlement=signal.settlement,
        refs=signal.refs,
        values={"分钟": str(p.crowd_minutes), "人数不少于": str(p.distinct_persons)},
    )
    yield Tell(PERSON, signal.person, crowded)


def _in_crowd(view: View, at: int, p: GatheringParameters) -> bool:
    """Whether some window around that moment holds enough persons."""
    width = p.crowd_minutes * MINUTE
    around = view.between(Signal, at - width, at + width)
    if len(around) < p.distinct_persons:
        return False
    near = [signal for signal in around if _tells(signal, p)]
    for first in near:
        if first.at > at:
            break
        window = {one.person for one in near if first.at <= one.at <= first.at + width}
        if len(window) >= p.distinct_persons:
            return True
    return False


RULE = Rule(
    id="ID-04",
    name="敛卡集中刷卡",
    name_en="Card-gathering: many cards swiped together",
    description="同一终端在极短间隔内连续刷多名参保人的卡，且金额或组合相近；或同一批人多日成批出现。",
    phases=("in", "post"),
    severity=GRAVE,
    legal=("TL-40(1)", "TL-40(3)"),
    causes=("20", "24"),
    formula="M6",
    actions={"in": "A1", "post": "Q2"},
    parameters=GatheringParameters(),
    stages=(
        Stage(
            name="runs",
            subject=TERMINAL_DAY,
            triggers=(Signal,),
            signals=(SWIPE,),
            affected=_the_day,
            judge=_judge_runs,
        ),
        Stage(
            name="crowd",
            subject=TERMINAL_DAY,
            triggers=(Signal,),
            signals=(SWIPE,),
            affected=_neighbours,
            judge=_judge_crowd,
        ),
        Stage(
            name="band",
            subject=TERMINAL,
            triggers=(Signal,),
            signals=(RUN,),
            affected=id_04_band.concerned,
            judge=id_04_band.judge,
        ),
    ),
)
