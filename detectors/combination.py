"""How unusual a settlement's make-up is as a whole, each part of it being ordinary."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from detectors.rarity import BINS, NAMES, Floats, Ints, share_below

FEATURES: Final = (
    "fee_yuan",
    "lines",
    "drug_share",
    "exam_share",
    "material_share",
    "unit_price_yuan",
)
TREES: Final = 10
HEIGHT: Final = 8
LEVELS: Final = 256
DECADES: Final = 6  # of emptiness that levels tell apart

COLUMNS: Final = np.array([NAMES.index(name) for name in FEATURES])


class Combination:
    """River's Half-Space Trees over six features, each as its rank among all.

    Ranks spread every feature evenly, so that whatever is empty is empty because of how features
    go together. The trees are grown anew from ``rows`` (bins of the last window) and the ranks of
    that moment: they are a function of plain numbers and the seed, and nothing else is kept.
    Judges only what has all six features; without rows it judges nothing.

    References
    ----------
    Tan, S. C., Ting, K. M., Liu, F. T. (2011). Fast anomaly detection for streaming data.
    IJCAI 2011, 1511-1516.
    """

    def __init__(self, rows: Ints, counts: Floats, seed: int) -> None:
        self._ranks = share_below(counts[COLUMNS])
        self._forest = self._grown(rows, seed) if len(rows) else None

    def _grown(self, rows: Ints, seed: int) -> Any:
        from river.anomaly import HalfSpaceTrees  # takes seconds to import; few processes need it

        forest = HalfSpaceTrees(n_trees=TREES, height=HEIGHT, window_size=len(rows), seed=seed)
        for x in self._points(rows):
            forest.learn_one(x)
        return forest

    def levels(self, bins: Ints) -> Ints:
        """Emptiness around each settlement, 0 up to `LEVELS` - 1; -1 where it cannot be judged."""
        rows = bins[:, COLUMNS]
        levels = np.full(len(rows), -1, dtype=np.int64)
        if self._forest is not None:
            complete = (rows >= 0).all(axis=1)
            masses = [1.0 - self._forest.score_one(x) for x in self._points(rows[complete])]
            decades = -np.log10(np.maximum(masses, 10.0**-DECADES))
            levels[complete] = np.minimum(decades / DECADES * LEVELS, LEVELS - 1).astype(np.int64)
        return levels

    def _points(self, rows: Ints) -> list[dict[str, float]]:
        ranks = self._ranks[np.arange(len(FEATURES)), rows]
        return [dict(zip(FEATURES, row, strict=True)) for row in ranks.tolist()]


def rows_in(bins: Ints) -> Ints:
    """The rows of these settlements that the trees can learn from."""
    rows = bins[:, COLUMNS]
    return rows[(rows >= 0).all(axis=1)]


def packed(rows: Ints) -> bytes:
    return rows.astype(np.uint8).tobytes()


def unpacked(written: bytes) -> Ints:
    rows = np.frombuffer(written, np.uint8).astype(np.int64).reshape(-1, len(FEATURES))
    if len(rows) and rows.max() >= BINS:
        raise ValueError("no bin of a feature")
    return rows
