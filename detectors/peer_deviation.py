"""AN-04: an institution or doctor whose month is unlike that of its peers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import msgspec
import numpy as np
from msgspec import Struct, field

from detectors.detector import SILENT, AtLeast, Detector, DetectorSpec, Score, UnreadableModel
from domain.robust import Floats, robust_zs

FORMAT: Final = 1
LEAST_PEERS: Final = 20  # domain/06: fewer have no median worth comparing with
LEAST_EVENTS: Final = 30  # fewer visits make shares and means mostly noise
STALE_AFTER: Final = 2  # months without news after which a peer no longer counts
DEVIATES_AT: Final = 3.0
FARTHEST: Final = 100.0  # beyond, more deviations say nothing new; also keeps z finite
ALERT: Final = AtLeast(0.5)


class PeerFeature(Struct, frozen=True):
    """``least_spread`` is a difference too small to matter even where all peers are equal."""

    name: str
    least_spread: float
    either_way: bool = False


FEATURES: Final[Mapping[str, PeerFeature]] = {
    "fee_per_visit": PeerFeature("门诊购药次均费用（元）", 10.0),
    "fee_per_stay": PeerFeature("住院次均费用（元）", 100.0),
    "length_of_stay": PeerFeature("平均住院日", 0.5, either_way=True),
    "exam_share": PeerFeature("检查检验占比", 0.02),
    "drug_share": PeerFeature("药占比", 0.02),
    "material_share": PeerFeature("耗材占比", 0.02),
    "upcode_share": PeerFeature("高套分组占比", 0.02),
    "refund_share": PeerFeature("退费占比", 0.01),
    "night_share": PeerFeature("夜间结算占比", 0.01),
}
"""Month values and their names. What is too high costs the fund; a stay can be too short too."""


class MonthVector(Struct, frozen=True, array_like=True):
    """One subject's month: values by feature, absent where the subject has none.

    ``month`` counts months: 12·year + month. ``events`` is how many visits it rests on.
    """

    subject: str
    month: int
    events: int
    values: dict[str, float] = field(default_factory=dict)


class _State(Struct, array_like=True):
    format: int
    peers: list[MonthVector]


class PeerDeviation(Detector[MonthVector]):
    """Robust z of each feature against one peer group: same kind, level, type and region.

    A deviation is z in the direction that costs the fund. score = d / (d + 3) with d the second
    largest deviation, so 0.5 means two features three robust deviations out, and one odd feature
    alone never makes a high score. Contributions are the z values. Silent below 20 peers or 30
    events; the judged one is never its own peer. Learning replaces a subject's earlier month.
    Misses what a whole peer group does.

    >>> group = PeerDeviation()
    >>> for n in range(30):
    ...     usual = {"fee_per_visit": 200.0 + n, "drug_share": 0.40 + n / 1000}
    ...     group.learn_one(MonthVector(f"H{n}", 24_300, 400, usual))
    >>> dear = {"fee_per_visit": 300.0, "drug_share": 0.40}
    >>> group.score_one(MonthVector("H99", 24_300, 400, dear)).value
    0.0
    >>> score = group.score_one(MonthVector("H99", 24_300, 400, dear | {"drug_share": 0.60}))
    >>> score.alert, list(score.contributions)
    (True, ['drug_share', 'fee_per_visit'])
    """

    def __init__(self) -> None:
        self._peers: dict[str, MonthVector] = {}

    def score_one(self, x: MonthVector) -> Score:
        return peer_deviation(x, self._peers)

    def learn_one(self, x: MonthVector) -> None:
        known = self._peers.get(x.subject)
        if x.events < LEAST_EVENTS or (known is not None and known.month > x.month):
            return
        self._peers[x.subject] = x
        newest = max(peer.month for peer in self._peers.values())
        for subject in [s for s, peer in self._peers.items() if peer.month < newest - STALE_AFTER]:
            del self._peers[subject]

    def score_many(self, xs: Sequence[MonthVector]) -> list[Score]:
        group = _Group(self._peers)
        return [group.score(x) for x in xs]

    def dump(self) -> bytes:
        peers = [self._peers[subject] for subject in sorted(self._peers)]
        return msgspec.msgpack.encode(_State(FORMAT, peers))

    def load(self, state: bytes) -> None:
        try:
            read = msgspec.msgpack.decode(state, type=_State)
        except msgspec.DecodeError as error:
            raise UnreadableModel("not a state of AN-04") from error
        if read.format != FORMAT:
            raise UnreadableModel(f"state of format {read.format}, this release reads {FORMAT}")
        self._peers = {peer.subject: peer for peer in read.peers}


class _Group:
    """A peer group laid out for comparison: one row a peer, NaN where it has no value."""

    def __init__(self, peers: Mapping[str, MonthVector]) -> None:
        self._rows = {subject: row for row, subject in enumerate(peers)}
        self._months = np.array([peer.month for peer in peers.values()], dtype=np.int64)
        self._values = np.array([_row(peer) for peer in peers.values()], dtype=np.float64)
        self._values = self._values.reshape(len(peers), len(FEATURES))

    def score(self, x: MonthVector) -> Score:
        if x.events < LEAST_EVENTS:
            return SILENT
        others = self._months >= x.month - STALE_AFTER
        if x.subject in self._rows:
            others[self._rows[x.subject]] = False
        peers, own = self._values[others], np.array(_row(x))
        known = ~np.isnan(own) & (np.sum(~np.isnan(peers), axis=0) >= LEAST_PEERS)
        z = np.zeros(len(FEATURES))
        if known.any():
            z[known] = robust_zs(own[known], peers[:, known], _LEAST_SPREAD[known])
        z = np.clip(z, -FARTHEST, FARTHEST)
        return _score(z)


def peer_deviation(x: MonthVector, peers: Mapping[str, MonthVector]) -> Score:
    """How far a month lies from the months of its peers, by subject; itself is left out."""
    return _Group(peers).score(x)


def _score(z: Floats) -> Score:
    deviations = np.where(_EITHER_WAY, np.abs(z), np.maximum(z, 0.0))
    second = float(np.sort(deviations)[-2])
    value = second / (second + DEVIATES_AT)
    strongest = np.argsort(-deviations, kind="stable")[:3].tolist()
    contributions = {_NAMES[j]: float(z[j]) for j in strongest if deviations[j] > 0}
    return Score(value, value >= ALERT.score, contributions)


def _row(x: MonthVector) -> list[float]:
    return [x.values.get(name, np.nan) for name in _NAMES]


_NAMES: Final = tuple(FEATURES)
_LEAST_SPREAD: Final = np.array([feature.least_spread for feature in FEATURES.values()])
_EITHER_WAY: Final = np.array([feature.either_way for feature in FEATURES.values()])

AN_04: Final = DetectorSpec(
    id="AN-04",
    name="同侪偏离",
    name_en="Peer deviation",
    features={name: feature.name for name, feature in FEATURES.items()},
    contribution_unit="robust z",
    warm_up=LEAST_PEERS,
    alert=ALERT,
    factory=lambda _seed: PeerDeviation(),
)
