"""What a model is shown: every fact once, scored before it is learnt, and no rule the worse."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from math import ceil

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.detector import Detector, DetectorSpec, Score, TopShare, UnreadableModel
from domain.facts import Signal
from domain.moments import DAY, Moment, day_of
from engine.audit import Arrival, audit
from engine.book import Book
from engine.learning import DAYS, REMEMBERED, Learner
from engine.state import State, decode, encode
from rules.rule import Tell
from rules.subjects import stratum
from rules.subjects.stratum import STRATUM

SHARE = 0.25
BROKEN = -1.0


class Newcomers(Detector[float]):
    """Alerts for every value it has not learnt."""

    def __init__(self, seed: int) -> None:
        self.learnt: list[float] = []

    def score_one(self, x: float) -> Score:
        return Score(1.0 if x not in self.learnt else 0.0, x not in self.learnt)

    def learn_one(self, x: float) -> None:
        self.learnt.append(x)
        if x == BROKEN:
            raise ArithmeticError("cannot learn this")

    def dump(self) -> bytes:
        return msgspec.msgpack.encode(self.learnt)

    def load(self, state: bytes) -> None:
        try:
            self.learnt = msgspec.msgpack.decode(state, type=list[float])
        except msgspec.DecodeError as error:
            raise UnreadableModel("no list") from error


def book(share: float = 1.0) -> Book:
    learner = Learner(
        rule="AN-99",
        subject=STRATUM,
        spec=DetectorSpec(
            id="AN-99",
            name="新值",
            name_en="Newcomers",
            features={},
            contribution_unit="",
            warm_up=0,
            alert=TopShare(share),
            factory=Newcomers,
        ),
        observe=lambda signal: float(signal.values["x"]),
        tell=lambda signal, score: Tell("elsewhere", "k", signal),
    )
    return Book(rules=[], subjects={STRATUM: stratum.SUBJECT}, learners={STRATUM: learner})


def shown(ref: str, x: float, at: int = 0, void: str = "") -> Signal:
    return Signal(ref=ref, at=Moment(at), name="AN-99.x", values={"x": str(x)}, void=void)


class Stratum:
    """A model at work: what it told, how often it failed, and its state, written every time."""

    def __init__(self, share: float = 1.0) -> None:
        self.record = b""
        self.told: list[str] = []
        self.failures = 0
        self._book = book(share)

    def hear(self, signals: Iterable[Signal], *, alive: State | None = None) -> None:
        state = alive or (decode(self.record) if self.record else State())
        arrivals = [Arrival(signal.ref, signal) for signal in signals]
        outcome = audit(STRATUM, "11|5", state, arrivals, Moment(0), self._book)
        self.told += [emission.ref for emission in outcome.emissions]
        self.failures += outcome.failures.get("AN-99", 0)
        self.record = encode(state)


def test_scores_before_it_learns() -> None:
    one = Stratum()
    one.hear([shown("a", 1.0, at=1), shown("b", 1.0, at=2), shown("c", 2.0, at=3)])
    assert one.told == ["a", "c"]


def test_what_arrives_together_is_shown_in_order_of_time() -> None:
    facts = [shown(ref, 1.0, at) for at, ref in [(1, "b"), (1, "a"), (0, "c"), (2, "d")]]
    for seed in range(5):
        one = Stratum()
        one.hear(random.Random(seed).sample(facts, len(facts)))
        assert one.told == ["c"]


def test_nothing_is_learnt_twice() -> None:
    one = Stratum()
    one.hear([shown("a", 1.0), shown("a", 1.0)])
    before = one.record
    one.hear([shown("a", 2.0)])
    assert (one.record, one.told) == (before, ["a"])


def test_only_so_many_are_remembered() -> None:
    one = Stratum()
    one.hear([shown("first", 1.0)])
    one.hear([shown(f"r{n}", 2.0, at=n) for n in range(REMEMBERED)])
    assert len(one.record) < 150_000
    one.hear([shown("first", 3.0)])
    assert one.told[-1] == "first"


def test_what_was_taken_back_is_not_shown() -> None:
    one = Stratum()
    one.hear([shown("a", 1.0, void="r"), shown("b", 1.0)])
    assert one.told == ["b"]


@given(st.lists(st.integers(1, 9), min_size=1, max_size=8))
def test_chunks_and_restarts_change_nothing(sizes: list[int]) -> None:
    facts = [shown(f"e{n:02d}", n % 7, at=n * DAY // 20) for n in range(60)]
    whole, cut, alive = Stratum(SHARE), Stratum(SHARE), Stratum(SHARE)
    whole.hear(facts)
    state, start = State(), 0
    while start < len(facts):
        size = sizes[start % len(sizes)]
        cut.hear(facts[start : start + size])
        alive.hear(facts[start : start + size], alive=state)
        start += size
    assert cut.told == alive.told == whole.told
    assert cut.record == alive.record == whole.record


def test_a_record_that_cannot_be_read_starts_afresh_and_counts_as_a_failure() -> None:
    for record in (b"\xc1", msgspec.msgpack.encode([99, b"", b"", {}])):
        one = Stratum()
        one.record = encode(State(model=record))
        one.hear([shown("a", 1.0)])
        assert (one.failures, one.told) == (1, ["a"])
        one.hear([shown("b", 2.0)])
        assert (one.failures, one.told) == (1, ["a", "b"])


def test_a_model_that_raises_keeps_what_it_knew_before() -> None:
    one = Stratum()
    state = State()
    one.hear([shown("a", 1.0)], alive=state)
    before = one.record
    one.hear([shown("b", 2.0, at=1), shown("c", BROKEN, at=2)], alive=state)
    assert (one.failures, one.told, one.record) == (1, ["a"], before)
    one.hear([shown("d", 1.0, at=3), shown("e", 3.0, at=4)], alive=state)
    assert (one.failures, one.told) == (1, ["a", "e"])


def told_by_day(facts: Sequence[Signal]) -> dict[int, int]:
    one = Stratum(SHARE)
    one.hear(facts)
    days = [day_of(fact.at) for fact in facts if fact.ref in set(one.told)]
    return {day: days.count(day) for day in days}


def test_no_day_tells_more_than_its_share() -> None:
    days = [shown(f"{day}-{n:02d}", 100 * day + n, day * DAY + n) for day in (0, 1) for n in (1, 2)]
    assert told_by_day(days) == {0: 1, 1: 1}
    burst = [shown(f"n{n:02d}", n, n) for n in range(1, 42)]
    assert told_by_day(burst) == {0: ceil(41 * SHARE)}


@pytest.mark.parametrize(("day", "heard"), [(101, True), (99, False)])
def test_a_day_that_is_no_longer_counted_tells_nothing(day: int, heard: bool) -> None:
    one = Stratum(SHARE)
    one.hear([shown(f"d{day:02d}", 7.0, day * DAY) for day in range(100, 100 + DAYS)])
    one.hear([shown("late", 8.0, day * DAY + 1)])
    assert ("late" in one.told) is heard
