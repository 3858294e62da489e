import msgspec
import numpy as np
from sklearn.metrics import roc_auc_score

from detectors.batch import batch_outliers
from detectors.features import SettlementFeatures
from detectors.settlement_outlier import SettlementOutlier
from tests.detectors.conftest import Settlements


def streamed(xs: list[SettlementFeatures]) -> list[float]:
    detector = SettlementOutlier()
    detector.score_then_learn_many(xs)
    return [score.value for score in detector.score_many(xs)]


def test_agrees_with_the_stream_on_what_is_odd(settlements: Settlements) -> None:
    xs, kinds = settlements(1, 6_000, 0.004)
    planted = [kind != "" for kind in kinds]
    batch, stream = batch_outliers(xs, seed=1), np.array(streamed(xs))
    assert roc_auc_score(planted, batch) > 0.9
    assert roc_auc_score(planted, stream) > 0.95
    top = [set(np.argsort(-scores)[:60].tolist()) for scores in (batch, stream)]
    assert len(top[0] & top[1]) > 10  # of 60; chance would give 0.6


def test_sees_what_is_odd_in_combination_only(settlements: Settlements) -> None:
    xs, _ = settlements(2, 6_000, 0.0)
    dear = [x for x in xs if 200 < x.fee_yuan < 350]
    short = [place for place, x in enumerate(xs) if x.lines is not None and x.lines <= 2][:30]
    mixed = list(xs)
    for place, source in zip(short, dear, strict=False):
        mixed[place] = msgspec.structs.replace(xs[place], fee_yuan=source.fee_yuan)
    odd = [place in short for place in range(len(mixed))]
    batch, stream = batch_outliers(mixed, seed=1), streamed(mixed)
    assert roc_auc_score(odd, batch) > roc_auc_score(odd, stream) + 0.1


def test_a_feature_nobody_has_is_left_out(settlements: Settlements) -> None:
    xs = [msgspec.structs.replace(x, distance_km=None) for x in settlements(1, 6_000, 0.004)[0]]
    scores = batch_outliers(xs[:300], seed=1)
    assert len(scores) == 300
    assert ((scores > 0) & (scores <= 1)).all()
    assert (scores == batch_outliers(xs[:300], seed=1)).all()
