"""Timelines and windows against brute force, under inserts, replacements, removals and expiry."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from domain.facts import Record
from domain.moments import Moment
from domain.windows import densest, runs, sliding
from engine.timeline import Timeline

Step = tuple[str, int, int]
refs = st.integers(0, 12)
times = st.integers(0, 60)
steps = st.lists(st.tuples(st.sampled_from(["put", "drop", "expire"]), refs, times), max_size=60)


def fact(ref: int, at: int) -> Record:
    return Record(ref=f"e{ref:02d}", at=Moment(at), visit="v", institution="i")


@given(steps, times, times)
def test_a_timeline_equals_a_sorted_set(steps: list[Step], since: int, until: int) -> None:
    timeline: Timeline[Record] = Timeline()
    model: dict[str, Record] = {}
    for verb, ref, at in steps:
        if verb == "put":
            one = fact(ref, at)
            assert timeline.put(one) == (model.get(one.ref) != one)
            model[one.ref] = one
        elif verb == "drop":
            assert timeline.drop(f"e{ref:02d}") == model.pop(f"e{ref:02d}", None)
        else:
            gone = [one.ref for one in model.values() if one.at < at]
            assert timeline.expire(at) == len(gone)
            for one_ref in gone:
                del model[one_ref]
    in_order = sorted(model.values(), key=lambda one: (one.at, one.ref))
    assert list(timeline.all()) == in_order
    assert list(timeline.between(since, until)) == [
        one for one in in_order if since <= one.at <= until
    ]
    assert all(timeline.get(one.ref) == one for one in in_order)


@given(st.lists(times).map(sorted), st.integers(0, 30))
def test_sliding_windows_equal_brute_force(items: list[int], width: int) -> None:
    windows = [items[first:end] for first, end in sliding(items, width, int)]
    assert windows == [
        [one for one in items[: last + 1] if one >= items[last] - width]
        for last in range(len(items))
    ]


@given(st.lists(times).map(sorted), st.integers(0, 30))
def test_the_densest_window_holds_as_many_as_any(items: list[int], width: int) -> None:
    most = max((sum(a <= b <= a + width for b in items) for a in items), default=0)
    assert len(densest(items, width, int)) == most


@given(st.lists(times).map(sorted), st.integers(0, 30))
def test_runs_split_exactly_at_the_gaps(items: list[int], gap: int) -> None:
    split = [list(run) for run in runs(items, gap, int)]
    assert [one for run in split for one in run] == items
    assert all(b - a <= gap for run in split for a, b in pairwise(run))
    assert all(b[0] - a[-1] > gap for a, b in pairwise(split))
