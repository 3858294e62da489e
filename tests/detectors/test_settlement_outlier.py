from math import log1p

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from river.anomaly import HalfSpaceTrees
from river.preprocessing import MinMaxScaler
from sklearn.metrics import average_precision_score

from detectors.features import SettlementFeatures
from detectors.settlement_outlier import WARM_UP, WINDOW, SettlementOutlier
from tests.detectors.conftest import Settlements, plausible_settlements

amount = st.floats(0, 1e7)
share = st.floats(0, 1)
unknown = st.none()
features = st.builds(
    SettlementFeatures,
    fee_yuan=amount,
    roundness=share,
    lines=unknown | st.floats(1, 2_000),
    drug_share=unknown | share,
    exam_share=unknown | share,
    material_share=unknown | share,
    days_supply=unknown | st.floats(0, 400),
    unit_price_yuan=unknown | amount,
    hour=unknown | st.floats(0, 24, exclude_max=True),
    distance_km=unknown | st.floats(0, 6_000),
    gap_days=unknown | st.floats(0, 4_000),
)


@pytest.fixture(scope="module")
def trained() -> SettlementOutlier:
    detector = SettlementOutlier()
    detector.score_then_learn_many(plausible_settlements(1, 3 * WINDOW, 0.0)[0])
    return detector


def test_ranks_planted_outliers_better_than_half_space_trees(settlements: Settlements) -> None:
    stream, kinds = settlements(1, 6_000, 0.004)
    ours = [score.value for score in SettlementOutlier().score_then_learn_many(stream)]
    trees = MinMaxScaler() | HalfSpaceTrees(n_trees=10, seed=1)
    theirs = []
    for x in stream:
        known = {
            name: log1p(value)
            for name, value in msgspec.structs.asdict(x).items()
            if value is not None
        }
        theirs.append(trees.score_one(known))
        trees.learn_one(known)
    planted = [kind != "" for kind in kinds]
    precision, reference = (
        average_precision_score(planted[WARM_UP:], scores[WARM_UP:]) for scores in (ours, theirs)
    )
    assert precision > 0.5
    assert precision > 1.5 * reference


def test_alerts_for_about_one_in_a_thousand(settlements: Settlements) -> None:
    stream, _ = settlements(2, 20_000, 0.001)
    alerts = [score.alert for score in SettlementOutlier().score_then_learn_many(stream)]
    assert 0.0005 < np.mean(alerts[WARM_UP:]) < 0.002


def test_a_new_tariff_raises_no_flood(settlements: Settlements) -> None:
    stream, _ = settlements(2, 20_000, 0.001)
    dearer = [
        msgspec.structs.replace(
            x, fee_yuan=2 * x.fee_yuan, unit_price_yuan=2 * (x.unit_price_yuan or 0)
        )
        for x in stream[10_000:14_000]
    ]
    detector = SettlementOutlier()
    detector.score_then_learn_many(stream[:10_000])
    alerts = [score.alert for score in detector.score_then_learn_many(dearer)]
    assert np.mean(alerts[:WINDOW]) < 0.01
    assert np.mean(alerts[WINDOW:]) < 0.003


def test_the_order_within_a_window_changes_nothing_learned(settlements: Settlements) -> None:
    stream, _ = settlements(3, 3 * WINDOW, 0.004)
    forwards, backwards = SettlementOutlier(), SettlementOutlier()
    for start in range(0, len(stream), WINDOW):
        window = stream[start : start + WINDOW]
        forwards.score_then_learn_many(window)
        backwards.score_then_learn_many(window[::-1])
    assert forwards.dump() == backwards.dump()


def test_midnight_joins_the_two_ends_of_the_day() -> None:
    detector = SettlementOutlier()
    at_night = [SettlementFeatures(50.0, 0.0, hour=23.7 + i % 5 / 20) for i in range(WINDOW)]
    detector.learn_one(at_night[0])
    detector.score_then_learn_many(at_night[1:])

    def rarity(hour: float) -> float:
        score = detector.score_one(SettlementFeatures(50.0, 0.0, hour=hour))
        return score.contributions.get("hour", 0.0)

    assert rarity(0.4) == pytest.approx(rarity(23.3), abs=0.2)
    assert rarity(0.4) < rarity(4.0) < rarity(12.0)


@given(x=features, name=st.sampled_from(SettlementFeatures.__struct_fields__[2:]))
def test_what_nobody_told_us_is_never_held_against_a_settlement(
    trained: SettlementOutlier, x: SettlementFeatures, name: str
) -> None:
    silent = msgspec.structs.replace(x, **{name: None})
    assert trained.score_one(silent).value <= trained.score_one(x).value


@given(x=features, farther=st.lists(st.floats(1e5, 1e9), min_size=2, max_size=6))
def test_farther_from_all_others_is_never_less_odd(
    trained: SettlementOutlier, x: SettlementFeatures, farther: list[float]
) -> None:
    fees = [msgspec.structs.replace(x, fee_yuan=fee) for fee in sorted(farther)]
    values = [score.value for score in trained.score_many(fees)]
    assert values == sorted(values)


@given(x=features)
def test_explains_a_score_by_the_rarest_features_first(
    trained: SettlementOutlier, x: SettlementFeatures
) -> None:
    score = trained.score_one(x)
    rarities = list(score.contributions.values())
    assert rarities == sorted(rarities, reverse=True)
    assert all(rarity > 1 for rarity in rarities)
    assert (score.value > 0) == bool(rarities)
