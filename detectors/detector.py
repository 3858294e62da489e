"""The seam: what every online model offers, and what the engine has to know of one."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from typing import Final, Generic, TypeVar

from msgspec import Struct

X = TypeVar("X")


class UnreadableModel(ValueError):
    """A dump this release cannot read: drop it and let the detector warm up again."""


class Score(Struct, frozen=True, array_like=True):
    """How odd one observation is: 0 ordinary (or nothing learned yet), towards 1 never seen.

    ``contributions`` are the up to three features that did most, the strongest first, in the
    unit the `DetectorSpec` names.
    """

    value: float
    alert: bool = False
    contributions: dict[str, float] = {}


SILENT: Final = Score(0.0)


class Detector(ABC, Generic[X]):
    """Scores first, learns after; scoring changes nothing. One instance watches one stratum."""

    @abstractmethod
    def score_one(self, x: X) -> Score: ...

    @abstractmethod
    def learn_one(self, x: X) -> None: ...

    def score_many(self, xs: Sequence[X]) -> list[Score]:
        return [self.score_one(x) for x in xs]

    def score_then_learn_many(self, xs: Sequence[X]) -> list[Score]:
        """Score and learn each in turn; a faster override answers exactly the same."""
        scores = []
        for x in xs:
            scores.append(self.score_one(x))
            self.learn_one(x)
        return scores

    @abstractmethod
    def dump(self) -> bytes:
        """All it has learned: a msgpack array of plain numbers, its format number first."""

    @abstractmethod
    def load(self, state: bytes) -> None:
        """Take over a dump; on `UnreadableModel` nothing has changed."""


class TopShare(Struct, frozen=True):
    """Alert for this share of a stratum's observations, estimated online by the detector."""

    share: float


class AtLeast(Struct, frozen=True):
    """Alert at this score and above."""

    score: float


class DetectorSpec(Struct, Generic[X], frozen=True, kw_only=True):
    """One model of the library: add it by ending a file of this folder in a spec.

    ``features`` are Chinese names by feature. Before ``warm_up`` observations learned it never
    alerts. ``factory`` takes a seed; equal seeds and equal observations give equal scores.
    """

    id: str
    name: str
    name_en: str
    features: Mapping[str, str]
    contribution_unit: str
    warm_up: int
    alert: TopShare | AtLeast
    factory: Callable[[int], Detector[X]]
