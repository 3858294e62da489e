"""How rare a settlement's values are: a fading histogram of each feature, on axes fixed ahead.

Bins need no learning, and rarities are integers (thousandths of a decade), so that sums are
exact and a batch scores like one settlement at a time.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec
import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from detectors.features import SettlementFeatures

Ints = NDArray[np.int64]
Floats = NDArray[np.float32]

BINS: Final = 64
DECADE: Final = 1_000
BEYOND_SAMPLE: Final = 2  # decades that the kernel's tail may reach past what n values can show


class Axis(Struct, frozen=True):
    """Where a feature's values lie: linear up to ``high``, or log10(1 + x/unit) up to it."""

    name: str
    high: float
    unit: float = 0.0
    cyclic: bool = False


AXES: Final = {
    "fee_yuan": Axis("医疗费总额", high=7, unit=1),
    "roundness": Axis("金额整数程度", high=1),
    "lines": Axis("明细条数", high=3, unit=1),
    "drug_share": Axis("药品占比", high=1),
    "exam_share": Axis("检查检验占比", high=1),
    "material_share": Axis("耗材占比", high=1),
    "days_supply": Axis("用药天数", high=3, unit=1),
    "unit_price_yuan": Axis("最高单价", high=8, unit=0.01),
    "hour": Axis("结算时刻", high=24, cyclic=True),
    "distance_km": Axis("与常去机构距离", high=4, unit=1),
    "gap_days": Axis("距上次结算天数", high=4.5, unit=1 / 24),
}
NAMES: Final = SettlementFeatures.__struct_fields__
SHAPE: Final = (len(NAMES), BINS)
_IN_ORDER: Final = [AXES[name] for name in NAMES]
_HIGH: Final = np.array([axis.high for axis in _IN_ORDER])
_LOG: Final = np.array([axis.unit > 0 for axis in _IN_ORDER])
_UNIT: Final = np.array([axis.unit or 1.0 for axis in _IN_ORDER])
_CYCLIC: Final = np.array([axis.cyclic for axis in _IN_ORDER])


def bins_of(xs: Sequence[SettlementFeatures]) -> Ints:
    """Bin of every feature, one row a settlement; -1 where the value is unknown."""
    if not xs:
        return np.empty((0, len(NAMES)), dtype=np.int64)
    values = np.array([msgspec.structs.astuple(x) for x in xs], dtype=np.float64)
    scaled = np.where(_LOG, np.log10(1 + np.maximum(values, 0) / _UNIT), values)
    places = np.floor(scaled / _HIGH * BINS)
    places = np.where(_CYCLIC, places % BINS, np.clip(places, 0, BINS - 1))
    bins: Ints = np.nan_to_num(places, nan=-1).astype(np.int64)
    return bins


def _kernel(*, cyclic: bool) -> Floats:
    apart = np.abs(np.subtract.outer(np.arange(BINS), np.arange(BINS)))
    weights = np.exp(-(np.minimum(apart, BINS - apart) if cyclic else apart).astype(np.float64))
    kernel: Floats = (weights / weights.sum(axis=1, keepdims=True)).astype(np.float32)
    return kernel


_LINEAR_KERNEL: Final = _kernel(cyclic=False)
_CYCLIC_KERNEL: Final = _kernel(cyclic=True)


def rarity_by_bin(counts: Floats) -> Ints:
    """-log10 of the mass of all bins no denser than each one; 0 for a feature never seen.

    Counts are smoothed by a Laplace kernel one bin wide.
    """
    seen = counts.sum(axis=1, keepdims=True)
    smooth = np.where(_CYCLIC[:, None], counts @ _CYCLIC_KERNEL, counts @ _LINEAR_KERNEL)
    order = np.argsort(smooth, axis=1, kind="stable")
    mass = np.take_along_axis(smooth, order, axis=1).cumsum(axis=1)
    shown = np.maximum(mass, 10.0**-BEYOND_SAMPLE) / np.maximum(seen, 1)
    rarity = np.zeros(SHAPE, dtype=np.int64)
    decades = np.where(seen > 0, -np.log10(np.minimum(shown, 1.0)), 0.0)
    np.put_along_axis(rarity, order, np.rint(decades * DECADE).astype(np.int64), axis=1)
    return rarity


def rarity_by_level(counts: Floats) -> Ints:
    """-log10 of the share at each level or above; 0 while nothing was counted."""
    above = counts[::-1].cumsum()[::-1]
    shown = np.maximum(above, 1.0) / max(float(above[0]), 1.0)
    rarity: Ints = np.rint(-np.log10(shown) * DECADE).astype(np.int64)
    return rarity


def share_below(counts: Floats) -> NDArray[np.float64]:
    """Of each feature, the share of values in lower bins and half of those in the same."""
    counted = counts.astype(np.float64)
    seen = np.maximum(counted.sum(axis=1, keepdims=True), 1.0)
    share: NDArray[np.float64] = (counted.cumsum(axis=1) - counted / 2) / seen
    return share
