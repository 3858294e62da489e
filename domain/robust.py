"""How far a value lies from its peers, measured so that a few wild peers do not matter.

Rules and models share this one measure. Floats, since it estimates; no amount comes from here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

MAD_TO_SIGMA: Final = 1.4826  # of a normal distribution: 1 / Φ⁻¹(3/4)
MEAN_DEVIATION_TO_SIGMA: Final = 1.2533  # of a normal distribution: √(π/2)


def robust_z(value: float, peers: Sequence[float], least_spread: float = 0.0) -> float:
    """(value - median) / spread; 0 without peers.

    The spread is 1.4826·MAD. Where more than half of the peers are equal, MAD is 0 and says
    nothing of the others; the mean absolute deviation (times 1.2533) takes its place. When all
    peers are equal, any other value is infinitely far. ``least_spread`` is the spread below
    which differences are not worth talking about.

    >>> round(robust_z(18.0, [9, 10, 11, 12, 8, 10]), 2)
    5.4
    >>> robust_z(1.0, [0, 0, 0, 0, 4]), robust_z(0.0, [0, 0, 0]), robust_z(-1.0, [0, 0, 0])
    (0.9973..., 0.0, -inf)
    >>> robust_z(0.01, [0, 0, 0], least_spread=0.02)
    0.5

    References
    ----------
    Iglewicz, B., Hoaglin, D. C. (1993). How to detect and handle outliers. ASQC Quality Press.
    Rousseeuw, P. J., Croux, C. (1993). Alternatives to the median absolute deviation.
    JASA 88(424), 1273-1283.
    """
    if not len(peers):
        return 0.0
    column = np.asarray(peers, dtype=np.float64)[:, None]
    return float(robust_zs(np.array([value]), column, np.array([least_spread]))[0])


def robust_zs(values: Floats, peers: Floats, least_spreads: Floats) -> Floats:
    """`robust_z` of each column at once; peers without a value (NaN) do not count."""
    middle = np.nanmedian(peers, axis=0)
    distances = np.abs(peers - middle)
    spread = MAD_TO_SIGMA * np.nanmedian(distances, axis=0)
    spread = np.where(spread > 0, spread, MEAN_DEVIATION_TO_SIGMA * np.nanmean(distances, axis=0))
    spread = np.maximum(spread, least_spreads)
    difference = values - middle
    without_spread = np.where(difference == 0, 0.0, np.copysign(np.inf, difference))
    with np.errstate(over="ignore"):  # next to no spread may as well be none
        z: Floats = np.divide(difference, spread, out=without_spread, where=spread > 0)
    return z
