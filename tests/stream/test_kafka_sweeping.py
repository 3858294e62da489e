"""Rows of one partition go when event time has left them behind, a few at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import cast

from domain.facts import Registered, Signal
from domain.moments import DAY, Moment
from engine.auditor import Place
from engine.book import build_book
from engine.state import CHANGEABLE, State
from rules.subjects.subject import LATENESS
from stream.kafka.calm import CALM_SECONDS, Calm
from stream.kafka.rows import SWEPT_ROWS, PartitionStates, key_of, pending_wakes
from stream.kafka.states import StateTable

GONE = Moment(DAY + 2 * CHANGEABLE + LATENESS)
DAY_OF_H1 = ("institution_day", "H1|1")


class Rows:
    """A state table's rows in a dictionary."""

    def __init__(self) -> None:
        self.rows: dict[bytes, bytes] = {}

    def get_many(self, keys: Sequence[bytes], partition: int) -> dict[bytes, bytes]:
        return {key: self.rows[key] for key in keys if key in self.rows}

    def scan(self, partition: int, since: bytes = b"") -> Iterator[tuple[bytes, bytes]]:
        yield from sorted((key, row) for key, row in self.rows.items() if key >= since)

    def put(self, rows: dict[bytes, bytes | None]) -> None:
        for key, row in rows.items():
            if row is None:
                self.rows.pop(key, None)
            else:
                self.rows[key] = row


def partition() -> tuple[Rows, PartitionStates]:
    table = Rows()
    subjects = build_book(only=[]).subjects
    return table, PartitionStates(cast(StateTable, table), 0, subjects, 100)


def hold(table: Rows, states: PartitionStates, place: Place, **more: Moment) -> State:
    state = states.get(place)
    state.timeline(Signal).put(Signal(ref="s", at=Moment(DAY), name="n"))
    state.latest = Moment(DAY)
    state.wakes.update(more)
    states.changed(place, state)
    table.put(states.rows())
    return state


def test_a_row_goes_when_its_state_expired_and_not_before() -> None:
    table, states = partition()
    hold(table, states, DAY_OF_H1)
    assert states.sweep(Moment(DAY + CHANGEABLE + LATENESS)) == {}
    assert states.sweep(GONE) == {key_of(DAY_OF_H1): None}


def test_what_was_swept_is_fresh_when_asked_for_again() -> None:
    table, states = partition()
    hold(table, states, DAY_OF_H1)
    table.put(states.sweep(GONE))
    assert table.rows == {}
    assert states.get(DAY_OF_H1) == State()


def test_a_state_that_waits_to_be_woken_stays() -> None:
    table, states = partition()
    hold(table, states, DAY_OF_H1, later=Moment(5))
    assert states.sweep(GONE) == {}
    assert list(pending_wakes(cast(StateTable, table), 0)) == [(DAY_OF_H1, 5)]


def test_of_a_registered_person_the_registers_stay() -> None:
    table, states = partition()
    state = states.get(("person", "P"))
    state.timeline(Registered).put(Registered(ref="r", at=Moment(0), kind="person", id="P"))
    hold(table, states, ("person", "P"))
    table.put(states.sweep(GONE))
    assert [fact.ref for fact in states.get(("person", "P")).facts()] == ["r"]
    assert states.sweep(Moment(GONE + 900 * DAY)) == {}


def test_a_state_that_holds_nothing_is_a_tombstone() -> None:
    table, states = partition()
    state = hold(table, states, DAY_OF_H1)
    state.timeline(Signal).drop("s")
    states.changed(DAY_OF_H1, state)
    assert states.rows() == {key_of(DAY_OF_H1): None}


def test_every_row_is_looked_at_a_few_at_a_time_and_then_not_for_a_day() -> None:
    table, states = partition()
    for number in range(2 * SWEPT_ROWS + 10):
        hold(table, states, ("trace", f"{number}"))
    looks = []
    while rows := states.sweep(Moment(GONE + 1_000 * DAY)):
        table.put(rows)
        looks.append(len(rows))
    assert looks == [SWEPT_ROWS, SWEPT_ROWS, 10]
    hold(table, states, DAY_OF_H1)
    assert states.sweep(Moment(GONE + 1_000 * DAY)) == {}
    assert states.sweep(Moment(GONE + 1_001 * DAY)) == {key_of(DAY_OF_H1): None}


def test_it_is_calm_once_nobody_was_behind_for_a_while() -> None:
    calm = Calm()
    assert not calm.lasts(1e9)
    calm.hear(b"claims[0]", caught_up=True, now=0)
    assert calm.lasts(CALM_SECONDS)
    calm.hear(b"projections[3]", caught_up=False, now=CALM_SECONDS)
    calm.hear(b"claims[0]", caught_up=True, now=CALM_SECONDS + 1)
    assert not calm.lasts(1e9)
    calm.hear(b"projections[3]", caught_up=True, now=100)
    assert not calm.lasts(100 + CALM_SECONDS / 2)
    assert calm.lasts(100 + CALM_SECONDS)
