"""Models that learn: what comes of facts that arrive where a model watches.

A model scores first and learns after, in the order (at, ref) of what arrives together, and each
fact once: whatever is delivered or told again is neither scored nor learnt again. Whatever goes
wrong in a model is counted and stays there; no rule is the worse for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from math import ceil
from typing import Any, Final
from zlib import crc32

import msgspec
from msgspec import Struct

from detectors.detector import Detector, DetectorSpec, Score, TopShare, UnreadableModel
from domain.facts import Fact, Signal
from domain.moments import day_of
from engine.state import State
from rules.rule import Tell

FORMAT: Final = 1
REMEMBERED: Final = 8_192  # refs, in 4 bytes each: a day of a county's busiest stratum
DIGEST_BYTES: Final = 4
DAYS: Final = 16  # whose alerts are counted; older settlements are learnt from and not alerted


@dataclass(frozen=True, slots=True, kw_only=True)
class Learner:
    """A model at its subject.

    ``observe`` reads from a signal what the model looks at, ``tell`` says to whom an alert goes.
    A top share is never exceeded on any day of a stratum, however the day begins.
    """

    rule: str
    subject: str
    spec: DetectorSpec[Any]
    observe: Callable[[Signal], Any]
    tell: Callable[[Signal, Score], Tell]


class _Record(Struct, array_like=True):
    format: int
    model: bytes
    recent: bytes
    days: dict[int, tuple[int, int]]


@dataclass
class Experience:
    """A model with what it has to remember beside what it learnt.

    ``days`` counts, a natural day, the facts seen and the alerts told of them.
    """

    detector: Detector[Any]
    recent: dict[bytes, None] = field(default_factory=dict)
    days: dict[int, tuple[int, int]] = field(default_factory=dict)

    def is_new(self, ref: str) -> bool:
        """Whether this ref was not among the last ones; it is now."""
        digest = blake2b(ref.encode(), digest_size=DIGEST_BYTES).digest()
        if digest in self.recent:
            return False
        self.recent[digest] = None
        while len(self.recent) > REMEMBERED:
            del self.recent[next(iter(self.recent))]
        return True

    def admits(self, day: int, share: float, *, alert: bool) -> bool:
        """Count a fact of that day; whether it may be alerted within the day's share."""
        seen, told = self.days.get(day, (0, 0))
        seen += 1
        admitted = alert and told < ceil(seen * share)
        self.days[day] = seen, told + admitted
        if len(self.days) > DAYS:
            oldest = min(self.days)
            del self.days[oldest]
            return admitted and oldest != day
        return admitted

    def record(self) -> bytes:
        recent = b"".join(self.recent)
        return msgspec.msgpack.encode(_Record(FORMAT, self.detector.dump(), recent, self.days))


def learn(
    learner: Learner, key: str, state: State, arrived: Iterable[Fact | None]
) -> tuple[list[Tell], int]:
    """Show the model what arrived; what it says of it, and how often it failed."""
    experience, failures = _recalled(learner, key, state)
    signals = [fact for fact in arrived if isinstance(fact, Signal) and not fact.void]
    signals.sort(key=lambda fact: (fact.at, fact.ref))
    signals = [fact for fact in signals if experience.is_new(fact.ref)]
    try:
        tells = _scored(learner, experience, signals)
        state.model, state.live = experience.record(), experience
    except Exception:  # noqa: BLE001  # a model's bug must not stop the rules
        state.live = None  # half learnt; the record still holds what it knew before
        return [], failures + 1
    return tells, failures


def _scored(learner: Learner, experience: Experience, signals: Sequence[Signal]) -> list[Tell]:
    seen = [learner.observe(signal) for signal in signals]
    scores = experience.detector.score_then_learn_many(seen)
    alert = learner.spec.alert
    share = alert.share if isinstance(alert, TopShare) else 1.0
    return [
        learner.tell(signal, score)
        for signal, score in zip(signals, scores, strict=True)
        if experience.admits(day_of(signal.at), share, alert=score.alert)
    ]


def _recalled(learner: Learner, key: str, state: State) -> tuple[Experience, int]:
    """What the model knows; one whose record cannot be read starts afresh, and has failed once."""
    if isinstance(state.live, Experience):
        return state.live, 0
    experience = Experience(learner.spec.factory(crc32(key.encode())))
    if not state.model:
        return experience, 0
    try:
        read = msgspec.msgpack.decode(state.model, type=_Record)
        if read.format != FORMAT:
            raise UnreadableModel(f"record of format {read.format}, this release reads {FORMAT}")
        starts = range(0, len(read.recent), DIGEST_BYTES)
        experience.recent = {read.recent[at : at + DIGEST_BYTES]: None for at in starts}
        experience.days = read.days
        experience.detector.load(read.model)
    except (msgspec.DecodeError, UnreadableModel):
        return experience, 1
    return experience, 0
