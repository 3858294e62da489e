import msgspec
import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

from detectors.combination import FEATURES, Combination, packed, rows_in, unpacked
from detectors.features import SettlementFeatures
from detectors.rarity import SHAPE, Floats, Ints, bins_of
from tests.detectors.conftest import plausible_settlements

USUAL = plausible_settlements(2, 6_000, 0.0)[0]


def counted(bins: Ints) -> Floats:
    counts = np.zeros(SHAPE, dtype=np.float32)
    rows = np.broadcast_to(np.arange(SHAPE[0]), bins.shape)
    np.add.at(counts, (rows[bins >= 0], bins[bins >= 0]), 1)
    return counts


def grown(seed: int = 1, past: list[SettlementFeatures] = USUAL[:3_000]) -> Combination:
    bins = bins_of(past)
    return Combination(rows_in(bins), counted(bins), seed)


def mixed() -> tuple[list[SettlementFeatures], NDArray[np.bool_]]:
    """Settlements of which some have the fee of another with many more lines."""
    later = USUAL[3_000:]
    dear = [x.fee_yuan for x in later if 200 < x.fee_yuan < 350]
    short = [place for place, x in enumerate(later) if x.lines is not None and x.lines <= 2][:60]
    for place, fee in zip(short, dear, strict=False):
        later[place] = msgspec.structs.replace(later[place], fee_yuan=fee)
    return later, np.isin(np.arange(len(later)), short)


@pytest.mark.parametrize("seed", range(5))
def test_finds_empty_what_is_odd_only_in_combination(seed: int) -> None:
    xs, odd = mixed()
    assert roc_auc_score(odd, grown(seed).levels(bins_of(xs))) > 0.65


def test_judges_only_what_is_wholly_known() -> None:
    xs = USUAL[:200]
    for name in FEATURES:
        silent = [msgspec.structs.replace(x, **{name: None}) for x in xs]
        assert (grown().levels(bins_of(silent)) == -1).all()
    elsewhere = [msgspec.structs.replace(x, distance_km=None, hour=None) for x in xs]
    levels = grown().levels(bins_of(xs))
    assert (levels >= 0).all()
    assert (grown().levels(bins_of(elsewhere)) == levels).all()


def test_without_a_past_it_says_nothing() -> None:
    assert (grown(past=[]).levels(bins_of(USUAL[:50])) == -1).all()


def test_grows_again_from_what_was_written_in_any_order() -> None:
    bins = bins_of(USUAL[:3_000])
    rows, later = rows_in(bins), bins_of(USUAL[3_000:3_200])
    again = Combination(unpacked(packed(rows[::-1])), counted(bins), 1)
    assert (again.levels(later) == grown().levels(later)).all()
    assert (grown(seed=2).levels(later) != grown().levels(later)).any()
