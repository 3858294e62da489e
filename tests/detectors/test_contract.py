"""What every discovered detector promises, whatever it watches."""

from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from detectors.detector import SILENT, AtLeast, Detector, DetectorSpec, UnreadableModel
from detectors.discovery import detector_specs
from tests.detectors.conftest import Streams

SPECS = list(detector_specs())
pytestmark = pytest.mark.parametrize("spec", SPECS, ids=[spec.id for spec in SPECS])
Spec = DetectorSpec[Any]


def trained(spec: Spec, streams: Streams) -> Detector[Any]:
    detector = spec.factory(7)
    detector.score_then_learn_many(streams[spec.id](1, 3 * spec.warm_up))
    return detector


def test_is_described_in_both_languages(spec: Spec) -> None:
    assert [other.id for other in SPECS].count(spec.id) == 1
    assert spec.name
    assert spec.name_en.isascii()
    assert all(zh and not zh.isascii() for zh in spec.features.values())
    assert spec.contribution_unit
    assert type(spec.factory(7)).__doc__


def test_is_silent_when_untrained(spec: Spec, streams: Streams) -> None:
    assert set(map(repr, spec.factory(7).score_many(streams[spec.id](2, 50)))) == {repr(SILENT)}


def test_never_alerts_before_it_is_warm(spec: Spec, streams: Streams) -> None:
    scores = spec.factory(7).score_then_learn_many(streams[spec.id](3, spec.warm_up))
    assert not any(score.alert for score in scores)


def test_scores_lie_in_the_unit_interval_and_name_their_features(
    spec: Spec, streams: Streams
) -> None:
    for score in trained(spec, streams).score_many(streams[spec.id](4, 400)):
        assert 0 <= score.value <= 1
        assert len(score.contributions) <= 3
        assert score.contributions.keys() <= spec.features.keys()
        assert not score.alert or score.contributions
        if isinstance(spec.alert, AtLeast):
            assert score.alert == (score.value >= spec.alert.score)


def test_finds_something_and_not_everything(spec: Spec, streams: Streams) -> None:
    scores = trained(spec, streams).score_many(streams[spec.id](5, 3 * spec.warm_up))
    assert 0 < sum(score.alert for score in scores) < len(scores) / 10


def test_scoring_has_no_side_effect(spec: Spec, streams: Streams) -> None:
    detector, xs = trained(spec, streams), streams[spec.id](4, 100)
    before = detector.dump()
    assert detector.score_many(xs) == detector.score_many(xs)
    assert detector.score_one(xs[0]) == detector.score_one(xs[0])
    assert detector.dump() == before


def test_equal_seeds_and_streams_give_equal_bytes(spec: Spec, streams: Streams) -> None:
    assert trained(spec, streams).dump() == trained(spec, streams).dump()


@settings(
    max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(cuts=st.lists(st.integers(1, 700), min_size=1, max_size=6))
def test_a_batch_equals_one_by_one(spec: Spec, streams: Streams, cuts: list[int]) -> None:
    xs = streams[spec.id](6, min(2 * spec.warm_up + 60, 2_100))
    ahead = xs[: max(0, len(xs) - 250)]
    batched, single = spec.factory(7), spec.factory(7)
    start, scores = 0, []
    while start < len(xs):
        size = cuts[start % len(cuts)]
        scores += batched.score_then_learn_many(xs[start : start + size])
        start += size
    for x in ahead:
        single.learn_one(x)
    for x, score in zip(xs[len(ahead) :], scores[len(ahead) :], strict=True):
        assert single.score_one(x) == score
        single.learn_one(x)
    assert single.dump() == batched.dump()
    assert single.score_many(xs[-50:]) == [batched.score_one(x) for x in xs[-50:]]
    assert batched.score_many([]) == batched.score_then_learn_many([]) == []


def test_a_dump_carries_everything_over(spec: Spec, streams: Streams) -> None:
    detector, copy = trained(spec, streams), spec.factory(7)
    copy.load(detector.dump())
    assert copy.dump() == detector.dump()
    later = streams[spec.id](8, 2 * spec.warm_up)
    assert copy.score_then_learn_many(later) == detector.score_then_learn_many(later)
    assert copy.dump() == detector.dump()


def test_a_state_stays_small_enough_to_write_at_every_chunk(spec: Spec, streams: Streams) -> None:
    assert len(trained(spec, streams).dump()) <= 60_000


@pytest.mark.parametrize("spoil", ["format", "shape", "bytes", "nothing"])
def test_refuses_a_state_it_cannot_read_and_keeps_its_own(
    spec: Spec, streams: Streams, spoil: str
) -> None:
    detector = trained(spec, streams)
    before = detector.dump()
    fields = msgspec.msgpack.decode(before)
    foreign = {
        "format": msgspec.msgpack.encode([fields[0] + 1, *fields[1:]]),
        "shape": msgspec.msgpack.encode([fields[0], "state"]),
        "bytes": before[: len(before) // 2],
        "nothing": b"",
    }[spoil]
    with pytest.raises(UnreadableModel):
        detector.load(foreign)
    assert detector.dump() == before
