import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.detector import SILENT
from detectors.peer_deviation import MonthVector, PeerDeviation, peer_deviation

MONTH = 24_303
USUAL = {"fee_per_visit": 200.0, "drug_share": 0.40, "exam_share": 0.20, "length_of_stay": 8.0}
SPREAD = {"fee_per_visit": 20.0, "drug_share": 0.05, "exam_share": 0.05, "length_of_stay": 1.0}


def month(subject: str, z: dict[str, float], events: int = 400, at: int = MONTH) -> MonthVector:
    values = {name: USUAL[name] + z.get(name, 0.0) * SPREAD[name] for name in USUAL}
    return MonthVector(subject, at, events, values)


def group(size: int = 40, events: int = 400, at: int = MONTH) -> dict[str, MonthVector]:
    """Peers whose every feature has median and 1.4826·MAD as in USUAL and SPREAD."""
    steps = [2 * 0.6745 * (n / (size - 1) * 2 - 1) for n in range(size)]
    return {
        f"H{n}": month(f"H{n}", dict.fromkeys(USUAL, z), events, at) for n, z in enumerate(steps)
    }


def test_two_features_three_deviations_out_are_an_alert() -> None:
    score = peer_deviation(month("X", {"fee_per_visit": 9, "drug_share": 3.2}), group())
    assert score.alert
    assert score.contributions == {
        "fee_per_visit": pytest.approx(9, rel=0.06),
        "drug_share": pytest.approx(3.2, rel=0.06),
    }


def test_one_feature_however_far_is_none() -> None:
    score = peer_deviation(month("X", {"fee_per_visit": 90}), group())
    assert (score.alert, score.value) == (False, 0)


def test_what_is_cheaper_than_usual_costs_the_fund_nothing() -> None:
    assert not peer_deviation(month("X", {"fee_per_visit": -9, "drug_share": -6}), group()).value


def test_a_stay_can_be_too_short() -> None:
    score = peer_deviation(month("X", {"fee_per_visit": 5, "length_of_stay": -6}), group())
    assert score.alert
    assert score.contributions["length_of_stay"] < -5


@pytest.mark.parametrize(("size", "heard"), [(19, False), (20, True)])
def test_needs_twenty_peers(size: int, heard: bool) -> None:
    odd = month("X", {"fee_per_visit": 9, "drug_share": 9})
    assert peer_deviation(odd, group(size)).alert is heard


@pytest.mark.parametrize(("events", "heard"), [(29, False), (30, True)])
def test_needs_thirty_events(events: int, heard: bool) -> None:
    odd = month("X", {"fee_per_visit": 9, "drug_share": 9}, events)
    assert peer_deviation(odd, group()).alert is heard


def test_nobody_is_its_own_peer() -> None:
    peers = group(19)
    odd = month("X", {"fee_per_visit": 9, "drug_share": 9})
    assert peer_deviation(odd, peers | {"X": odd}) == SILENT


def test_a_feature_that_few_peers_have_is_not_compared() -> None:
    odd = month("X", {"fee_per_visit": 9, "drug_share": 9})
    without = {
        name: MonthVector(name, MONTH, 400, {"drug_share": peer.values["drug_share"]})
        for name, peer in group(30).items()
    }
    assert "fee_per_visit" not in peer_deviation(odd, without).contributions


def test_learns_the_latest_month_of_whoever_has_enough_events() -> None:
    detector = PeerDeviation()
    for peer in [*group(30).values(), *group(30, events=10).values(), *group(30, at=9).values()]:
        detector.learn_one(peer)
    again = PeerDeviation()
    for peer in group(30).values():
        again.learn_one(peer)
    assert detector.dump() == again.dump()


def test_forgets_who_has_not_been_heard_of() -> None:
    detector = PeerDeviation()
    for peer in group(30).values():
        detector.learn_one(peer)
    odd = {"fee_per_visit": 9.0, "drug_share": 9.0}
    assert detector.score_one(month("X", odd, at=MONTH + 2)).alert
    assert detector.score_one(month("X", odd, at=MONTH + 3)) == SILENT
    detector.learn_one(month("Y", {}, at=MONTH + 3))
    assert len(detector.dump()) < 200


@given(
    first=st.floats(0, 20), second=st.floats(0, 20), more=st.floats(0, 5), events=st.integers(30)
)
def test_the_score_follows_the_second_largest_deviation(
    first: float, second: float, more: float, events: int
) -> None:
    def value(fee: float, drug: float) -> float:
        x = month("X", {"fee_per_visit": fee, "drug_share": drug}, events)
        return peer_deviation(x, group()).value

    least, most = sorted([first, second])
    assert value(first, second) <= value(least + more, most + more) + 1e-9
    assert value(most + more, least) == pytest.approx(value(most, least))


@given(order=st.permutations(range(30)))
def test_the_order_of_peers_does_not_matter(order: list[int]) -> None:
    peers, odd = group(30), month("X", {"fee_per_visit": 4, "drug_share": 3})
    shuffled = {f"H{n}": peers[f"H{n}"] for n in order}
    assert peer_deviation(odd, shuffled) == peer_deviation(odd, peers)
