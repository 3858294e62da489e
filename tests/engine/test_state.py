"""State records survive being written, and refuse what they do not know."""

from __future__ import annotations

import msgspec
import pytest

from domain.decode import decode as decode_event
from engine.auditor import Auditor, StatesInMemory
from engine.book import build_book
from engine.state import State, UnreadableState, decode, encode
from tests.travel import journeys


def test_every_state_survives_a_round_trip() -> None:
    states = StatesInMemory()
    Auditor(build_book(), states).take([decode_event(raw) for raw in journeys(30)])
    assert len(states.by_place) > 40
    for state in states.by_place.values():
        again = decode(encode(state))
        assert list(again.facts()) == list(state.facts())
        assert (again.standing, again.wakes, again.latest) == (
            state.standing,
            state.wakes,
            state.latest,
        )


def test_no_record_is_a_fresh_state() -> None:
    assert decode(None) == State()


@pytest.mark.parametrize(
    "record", [b"\xc1garbage", msgspec.msgpack.encode([99, [], {}, {}, {}, 0, False, b""])]
)
def test_a_foreign_record_is_refused(record: bytes) -> None:
    with pytest.raises(UnreadableState):
        decode(record)
