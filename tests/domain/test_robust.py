from math import inf

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from domain.robust import robust_z

number = st.integers(-(10**6), 10**6).map(lambda n: n / 100)
peers_of = st.lists(number, min_size=1, max_size=40)


@given(value=number, peers=peers_of, shift=number, factor=st.sampled_from([0.01, 0.5, 3, 1000]))
def test_units_and_origin_do_not_matter(
    value: float, peers: list[float], shift: float, factor: float
) -> None:
    moved = [(peer + shift) * factor for peer in peers]
    assume(len(set(peers)) > 1)
    assume(abs(robust_z(value, peers)) < 100)  # farther, roundings of the spread show
    there = robust_z((value + shift) * factor, moved)
    assert there == pytest.approx(robust_z(value, peers), rel=1e-3, abs=1e-3)


@given(value=number, peers=peers_of)
def test_mirrors_and_ignores_the_order_of_peers(value: float, peers: list[float]) -> None:
    z = robust_z(value, peers)
    assert robust_z(value, peers[::-1]) == z
    assert robust_z(-value, [-peer for peer in peers]) == pytest.approx(-z, rel=1e-6, abs=1e-9)


@given(values=st.lists(number, min_size=2, max_size=5), peers=peers_of)
def test_grows_with_the_value(values: list[float], peers: list[float]) -> None:
    distances = [robust_z(value, peers) for value in sorted(values)]
    assert distances == sorted(distances)


@given(wild=st.lists(st.floats(-1e9, 1e9), max_size=9))
def test_a_wild_minority_cannot_hide_an_outlier(wild: list[float]) -> None:
    sound = [100 + n % 7 for n in range(30)]
    assert robust_z(140, [*sound, *wild]) > 5


@given(peers=peers_of, least=st.floats(0, 100))
def test_a_wider_least_spread_never_makes_a_value_odder(peers: list[float], least: float) -> None:
    assert abs(robust_z(50, peers, least)) <= abs(robust_z(50, peers)) + 1e-9


def test_equal_peers_make_any_difference_infinitely_large() -> None:
    assert robust_z(3, [3] * 30) == 0
    assert robust_z(3.01, [3] * 30) == inf
    assert robust_z(3.01, [3] * 30, least_spread=0.01) == pytest.approx(1)


def test_mostly_equal_peers_are_measured_by_those_that_differ() -> None:
    assert robust_z(1, [0] * 20 + [2] * 5) == pytest.approx(1 / (1.2533 * 0.4))


def test_no_peers_no_deviation() -> None:
    assert robust_z(3, []) == 0
