"""PS-02 within a day: which amounts and baskets an institution settles again and again.

What repeats is told to the institution's tariff together with every member, since only there it
is known which prices are usual; so are, when the day is over, the day's counts of amounts and
prices, for the days to come.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal, InvalidOperation
from typing import Final

import msgspec
from msgspec import Struct

from domain.codes import CHRONIC, is_service
from domain.facts import Line, Settled, Signal
from domain.findings import Wait
from domain.moments import MINUTE, Moment, start_of_day
from domain.money import plain, yuan
from domain.windows import sliding
from rules.readings.baskets import basket_of
from rules.readings.counters import at_counter
from rules.rule import Judgement, Parameters, Stage, Tell
from rules.subjects.institution_day import INSTITUTION_DAY, day_in, institution_of
from rules.subjects.tariff import COUNTS, TARIFF
from rules.view import Registers, View

REPEAT: Final = "PS-02.repeat"
AMOUNT: Final = "金额"
BASKET: Final = "组合"
ALL: Final = "笔数"
CATALOGUE_PRICE: Final = "目录价"


class BurstParameters(Parameters, frozen=True, kw_only=True):
    """06-rules PS-02 (win_min, same_amt_n, share, day_n, z, 60 days); §6.5 for what is usual.

    Counts are settlements, persons or days as named; ``min_share`` is of the settlements in the
    window. The days and settlements that z needs to be known are choices of this rule.
    """

    window_minutes: int = 30
    min_same: int = 6
    min_share: float = 0.5
    min_persons: int = 5
    min_same_a_day: int = 15
    day_z: float = 4.0
    history_days: int = 60
    usual_settlements: int = 20
    usual_days: int = 5
    min_days_known: int = 20  # of the history that z is taken of
    min_settlements_known: int = 30


class Swipe(Struct, frozen=True, array_like=True):
    """One member of a repeat. ``crowd`` counts what the institution settled in the window that
    ends with it; ``price`` is the fee that it would be, were it usual there."""

    at: Moment
    person: str
    fund: Decimal
    crowd: int
    price: str


_SWIPES: Final = msgspec.json.Decoder(list[Swipe])


def members_of(repeat: Signal) -> list[Swipe]:
    """The members of a repeat, in order of time, as its ``refs`` are."""
    return _SWIPES.decode(repeat.values["成员"])


def in_bursts(swipes: Sequence[Swipe], p: BurstParameters) -> list[int]:
    """Which of them lie in a window that they fill to an unusual part; by their place."""
    found: set[int] = set()
    for first, end in sliding(swipes, p.window_minutes * MINUTE, lambda swipe: swipe.at):
        same = end - first
        if same < p.min_same or same < p.min_share * swipes[end - 1].crowd:
            continue
        if len({swipe.person for swipe in swipes[first:end]}) >= p.min_persons:
            found.update(range(first, end))
    return sorted(found)


def price_key(registers: Registers, claim: Settled) -> str:
    """The fee a settlement may be: one line's code and price, or a package of chronic care."""
    if len(claim.lines) == 1:
        return line_price(registers, claim.lines[0])
    if claim.med_type.startswith(CHRONIC) and claim.lines:
        return f"{basket_of(claim.lines)}@{yuan(claim.total)}"
    return ""


def line_price(registers: Registers, line: Line) -> str:
    entry = registers.at("catalogue_item", line.code, line.at)
    try:
        if entry and Decimal(entry.get("pric") or "NaN") == line.price:
            return CATALOGUE_PRICE
    except InvalidOperation:
        pass
    return f"{line.code}@{plain(line.price)}"


def _swipes_of(view: View) -> list[Settled]:
    return [claim for claim in view.all(Settled) if at_counter(claim) and claim.total > 0]


def _all_of_it(view: View, fact: Settled) -> tuple[str, ...]:
    return ("day",)


def _tell_repeats(view: View, anchor: str, p: BurstParameters) -> Judgement:
    claims = view.once(_swipes_of)
    times = [claim.at for claim in claims]
    for kind, same, group in _groups(claims, p):
        priced = [(claim, price_key(view.registers, claim)) for claim in group]
        swipes = [
            Swipe(claim.at, claim.person, claim.fund, _crowd(times, claim.at, p), price)
            for claim, price in priced
            if price != CATALOGUE_PRICE
        ]
        refs = tuple(claim.ref for claim, price in priced if price != CATALOGUE_PRICE)
        if len(swipes) >= p.min_same_a_day or in_bursts(swipes, p):
            yield _told(view, kind, same, swipes, refs)


def _groups(
    claims: Sequence[Settled], p: BurstParameters
) -> Iterator[tuple[str, str, list[Settled]]]:
    """Settlements of one amount, and those of one basket that no amount holds together."""
    amounts: dict[Decimal, list[Settled]] = {}
    alike: dict[tuple[int, str], list[Settled]] = {}  # can be of one basket; cheaper than digests
    for claim in claims:
        amounts.setdefault(claim.total, []).append(claim)
        if len(claim.lines) > 1:
            sort = len(claim.lines), max(line.code for line in claim.lines)
            alike.setdefault(sort, []).append(claim)
    for amount, group in amounts.items():
        if len(group) >= p.min_same:
            yield AMOUNT, yuan(amount), group
    baskets: dict[str, list[Settled]] = {}
    for group in alike.values():
        if len(group) >= p.min_same:
            for claim in group:
                baskets.setdefault(basket_of(claim.lines), []).append(claim)
    for basket, group in baskets.items():
        commonest = Counter(claim.total for claim in group).most_common(1)[0][1]
        if len(group) >= p.min_same > commonest:
            yield BASKET, basket, group


def _crowd(times: Sequence[int], at: int, p: BurstParameters) -> int:
    return bisect_right(times, at) - bisect_left(times, at - p.window_minutes * MINUTE)


def _told(view: View, kind: str, same: str, swipes: Sequence[Swipe], refs: tuple[str, ...]) -> Tell:
    day, institution = day_in(view.key), institution_of(view.key)
    repeat = Signal(
        ref=f"{REPEAT} {day} {kind} {same}",
        at=swipes[-1].at,
        name=REPEAT,
        institution=institution,
        refs=refs,
        values={
            "日": str(day),
            "种类": kind,
            "相同": same,
            "成员": msgspec.json.encode(swipes).decode(),
        },
    )
    return Tell(TARIFF, institution, repeat)


def _tell_counts(view: View, anchor: str, p: BurstParameters) -> Judgement:
    """The day's counts, told when it is over: of amounts that came twice, of prices."""
    day, institution = day_in(view.key), institution_of(view.key)
    if view.clock < start_of_day(day + 1):
        yield Wait(start_of_day(day + 1))
        return
    claims = view.once(_swipes_of)
    if not claims:
        return
    amounts: Counter[str] = Counter()
    prices: Counter[str] = Counter()
    for claim in claims:
        fee = price_key(view.registers, claim)
        prices.update({fee, *_service_prices(view.registers, claim)} - {"", CATALOGUE_PRICE})
        if fee != CATALOGUE_PRICE:
            amounts[yuan(claim.total)] += 1
    repeated = {amount: str(count) for amount, count in amounts.items() if count > 1}
    counts = Signal(
        ref=f"{COUNTS} {day}",
        at=start_of_day(day),
        name=COUNTS,
        institution=institution,
        values={
            "日": str(day),
            ALL: str(len(claims)),
            **{amount: repeated[amount] for amount in sorted(repeated)},
            **{price: str(prices[price]) for price in sorted(prices)},
        },
    )
    yield Tell(TARIFF, institution, counts)


def _service_prices(registers: Registers, claim: Settled) -> Iterator[str]:
    for line in claim.lines:
        if is_service(line.code, line.list_type):
            yield line_price(registers, line)


STAGES = (
    Stage(
        name="repeats",
        subject=INSTITUTION_DAY,
        triggers=(Settled,),
        affected=_all_of_it,
        judge=_tell_repeats,
    ),
    Stage(
        name="counts",
        subject=INSTITUTION_DAY,
        triggers=(Settled,),
        affected=_all_of_it,
        judge=_tell_counts,
    ),
)
