"""Orders the review queue by what reviewers decided about alerts of the same kind.

A ranker only sorts: whatever it has learned, every alert keeps a priority above zero and stays
in the queue. It scores first and learns after, holds no clock and no randomness, and equal
decisions in equal order give equal bytes.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import erfc, exp, floor, log10, pi, sqrt
from typing import Final, NamedTuple, Self

import msgspec
from msgspec import Struct

FORMAT: Final = 1

# Prior means, in standard deviations of the reviewer's noise: what a supervisor would say before
# the first decision. Only their order matters; decisions soon outweigh them.
_SEVERITY: Final = {1: -0.9, 2: -0.5, 3: 0.0, 4: 0.45, 5: 0.9}
_MAGNITUDE: Final = (-0.3, -0.15, 0.0, 0.15, 0.3, 0.45)  # below 10, 100, … 100,000 yuan, above
_STATUS: Final = {"疑点": 0.25, "线索": -0.1}
_PHASE: Final = {"pre": 0.1, "in": 0.1}  # the money can still be kept

# Prior variances say who answers for a surprise. The kind of alert does, the general traits
# hardly: dismissing one rule must not teach that high severities are harmless.
_VARIANCE: Final = {
    "rule": 0.6,
    "rule_institution": 0.4,
    "institution": 0.15,
    "severity": 0.008,
    "magnitude": 0.008,
    "phase": 0.008,
    "status": 0.008,
    "model": 0.008,
}
_NOISE: Final = 1.0  # variance of one reviewer's judgement (beta squared in the paper)
_FORGETTING: Final = 0.01  # keeps an old opinion revisable: about 100 decisions of memory
_FARTHEST: Final = 8.0  # beyond eight deviations the tail says nothing new

# Priorities live in a band by severity, and the bands are why nothing is ever hidden: the lowest
# is above zero, and a violation that needs no judgement starts where a notice ends.
_BANDS: Final = {1: (0.02, 0.50), 2: (0.04, 0.58), 3: (0.06, 0.88), 4: (0.10, 0.95), 5: (0.12, 1)}
_DETERMINISTIC_VIOLATION: Final = (0.60, 1.0)
_VIOLATION: Final = 5


class Traits(NamedTuple):
    """What of an alert the ranker looks at."""

    rule_id: str
    severity: int
    amount: float
    institution: str
    phase: str
    status: str
    has_score: bool


class Contribution(NamedTuple):
    """How far one trait pushes the alert up (positive) or down, in deviations."""

    trait: str
    value: str
    weight: float


class Priority(NamedTuple):
    """``value`` = low + (high - low) · Φ(sum of the contributions' weights)."""

    value: float
    low: float
    high: float
    contributions: tuple[Contribution, ...]


class _Weight(Struct, array_like=True):
    mean: float
    variance: float


class _State(Struct, array_like=True):
    format: int
    learned: int
    loss: float
    weights: dict[str, _Weight]


class Ranker:
    """Bayesian probit regression over an alert's traits, learned one decision at a time.

    P(confirmed) = Φ(w·x / β) with independent Gaussian weights and x the indicator of the traits
    an alert has. After a decision y (+1 confirmed, -1 dismissed), with m and s² the sums of the
    means and variances of its traits, Σ² = β² + s² and t = y·m/Σ, each of those weights moves by
    assumed-density filtering to ::

        mean     += y · variance/Σ · v(t)             v(t) = φ(t)/Φ(t)
        variance *= 1 - variance/Σ² · w(t)            w(t) = v(t)·(v(t) + t)

    so a surprise moves much, and mostly the traits least known: the rule, and the rule at that
    institution. Before each step a variance relaxes towards its prior, so that new decisions
    can still change an old opinion. A dismissal always lowers and a confirmation always raises
    every alert of the same traits. Ranking uses the means alone: rewarding uncertainty would
    lift whatever nobody has looked at above what reviewers confirm.

    Memory is one weight a kind ever decided. It cannot learn that two traits matter only
    together, other than a rule at an institution.

    >>> ranker = Ranker()
    >>> swap = Traits("SW-04", 4, 600.0, "P340", "post", "疑点", False)
    >>> before = ranker.score_one(swap)
    >>> for _ in range(5):
    ...     _ = ranker.learn_one(swap, confirmed=False)
    >>> before - ranker.score_one(swap) > 0.2
    True

    References
    ----------
    Graepel, T., Quiñonero Candela, J., Borchert, T., Herbrich, R. (2010). Web-scale Bayesian
    click-through rate prediction for sponsored search advertising in Microsoft's Bing search
    engine. ICML 2010, 13-20, sections 3.2-3.4.
    """

    def __init__(self) -> None:
        self._weights: dict[str, _Weight] = {}
        self._learned = 0
        self._loss = 0.0

    @property
    def learned(self) -> int:
        """How many decisions it has learned from."""
        return self._learned

    @property
    def brier(self) -> float | None:
        """Mean squared error of what it said of each alert before it learned the decision."""
        return self._loss / self._learned if self._learned else None

    def score_one(self, traits: Traits) -> float:
        """The priority in (0, 1]; changes nothing."""
        low, high = _band(traits)
        return low + (high - low) * _cdf(self._mean(traits))

    def explain_one(self, traits: Traits) -> Priority:
        """The priority of `score_one` with what made it, the strongest first."""
        parts = (
            Contribution(trait, value, self._weight(trait, value, prior).mean)
            for trait, value, prior in _features(traits)
        )
        ordered = sorted(parts, key=lambda part: (-abs(part.weight), part.trait))
        low, high = _band(traits)
        return Priority(self.score_one(traits), low, high, tuple(ordered))

    def learn_one(self, traits: Traits, *, confirmed: bool) -> float:
        """Learn one decision; the answer is what it scored before it learned."""
        score = self.score_one(traits)
        self._loss += (_cdf(self._mean(traits)) - confirmed) ** 2
        self._learned += 1
        active = [
            self._weights.setdefault(_name(trait, value), self._weight(trait, value, prior))
            for trait, value, prior in _features(traits)
        ]
        for (trait, _, _), weight in zip(_features(traits), active, strict=True):
            weight.variance = _relaxed(weight.variance, _VARIANCE[trait])
        _step(active, 1.0 if confirmed else -1.0)
        return score

    def to_bytes(self) -> bytes:
        """The whole state, compact and versioned; equal states are equal bytes."""
        weights = {name: self._weights[name] for name in sorted(self._weights)}
        return msgspec.msgpack.encode(_State(FORMAT, self._learned, self._loss, weights))

    @classmethod
    def from_bytes(cls, state: bytes) -> Self:
        """The ranker that wrote this state; another format is a ValueError."""
        try:
            read = msgspec.msgpack.decode(state, type=_State)
        except msgspec.DecodeError as error:
            raise ValueError("not a ranker's state") from error
        if read.format != FORMAT:
            raise ValueError(f"a ranker's state of format {read.format}, not {FORMAT}")
        ranker = cls()
        ranker._weights = read.weights
        ranker._learned = read.learned
        ranker._loss = read.loss
        return ranker

    def _mean(self, traits: Traits) -> float:
        return sum(
            self._weights[name].mean if (name := _name(trait, value)) in self._weights else prior
            for trait, value, prior in _features(traits)
        )

    def _weight(self, trait: str, value: str, prior: float) -> _Weight:
        return self._weights.get(_name(trait, value)) or _Weight(prior, _VARIANCE[trait])


def _features(traits: Traits) -> Iterator[tuple[str, str, float]]:
    """Trait, value and prior mean of everything that is true of the alert."""
    yield "rule", traits.rule_id, 0.0
    yield "rule_institution", f"{traits.rule_id} {traits.institution}", 0.0
    yield "institution", traits.institution, 0.0
    yield "severity", str(traits.severity), _SEVERITY.get(traits.severity, 0.0)
    magnitude = _magnitude(traits.amount)
    yield "magnitude", str(magnitude), _MAGNITUDE[magnitude]
    yield "phase", traits.phase, _PHASE.get(traits.phase, 0.0)
    yield "status", traits.status, _STATUS.get(traits.status, 0.0)
    yield "model", "1" if traits.has_score else "0", 0.0


def _name(trait: str, value: str) -> str:
    return f"{trait}\x1f{value}"


def _magnitude(amount: float) -> int:
    """Decade of the amount: 0 below 10 yuan … 5 from 100,000 yuan.

    >>> [_magnitude(amount) for amount in (-5, 0, 9.99, 10, 999, 1e9)]
    [0, 0, 0, 1, 2, 5]
    """
    return min(floor(log10(amount)), len(_MAGNITUDE) - 1) if amount >= 10 else 0


def _band(traits: Traits) -> tuple[float, float]:
    if traits.severity >= _VIOLATION and not traits.has_score:
        return _DETERMINISTIC_VIOLATION
    return _BANDS[max(1, min(traits.severity, _VIOLATION))]


def _relaxed(variance: float, prior: float) -> float:
    """The variance after a little forgetting: precisions mix, the prior's share is small."""
    return 1.0 / ((1.0 - _FORGETTING) / variance + _FORGETTING / prior)


def _step(active: list[_Weight], y: float) -> None:
    total = _NOISE + sum(weight.variance for weight in active)
    deviation = sqrt(total)
    t = max(-_FARTHEST, min(y * sum(weight.mean for weight in active) / deviation, _FARTHEST))
    v = exp(-t * t / 2) / sqrt(2 * pi) / _cdf(t)
    w = v * (v + t)
    for weight in active:
        weight.mean += y * weight.variance / deviation * v
        weight.variance *= 1.0 - weight.variance / total * w


def _cdf(x: float) -> float:
    return erfc(-x / sqrt(2)) / 2
