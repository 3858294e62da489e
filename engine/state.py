"""What the engine remembers of one subject, and its record form.

A record is msgpack with a leading format number. It holds the facts, the standing judgements
(what each anchor last said to whom, so that only differences go out) and the pending wake-ups.
No offset is kept: a fact that is delivered again is the same fact.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import msgspec
from msgspec import Struct, field

from domain.facts import AnyFact, Fact, Registered, Settled, Signal
from domain.findings import Filed
from domain.moments import DAY, NEVER, Moment
from engine.timeline import Timeline
from rules.subjects.person import SUBJECT as PERSON
from rules.subjects.subject import LATENESS, Subject

FORMAT: Final = 1

# While its person knows a settlement, a reversal or refund is told again to whoever heard of it,
# and a day or sale forgotten by then would answer from that fragment alone. The month more is for
# what is dated at the beginning of the days that it sums up.
CHANGEABLE: Final = PERSON.keeps[Settled] + 31 * DAY


class UnreadableState(ValueError):
    """A record of a format this release does not know; roll the release back or migrate."""


class Told(Struct, array_like=True, frozen=True):
    """One thing an anchor said: to which subject and key, under which ref, in which words."""

    subject: str
    key: str
    ref: str
    digest: bytes


class Standing(Struct, array_like=True, frozen=True):
    """What an anchor last said; ``at`` is the event time it speaks of."""

    at: Moment
    told: tuple[Told, ...]


class _Record(Struct, array_like=True):
    format: int
    facts: list[AnyFact | Filed]
    standing: dict[str, Standing]
    wakes: dict[str, Moment]
    latest: Moment
    reversals: bool
    model: bytes = b""


_DECODER: Final = msgspec.msgpack.Decoder(_Record)
_ENCODER: Final = msgspec.msgpack.Encoder()


class State(Struct):
    """One subject's state.

    ``model`` is the record of a model that learns here, ``live`` what it was read to, if it was;
    only the record is written. ``latest`` is the event time of its newest fact; ``reversals``
    tells whether anything here was ever taken back, so that the many states without need no
    second look.
    """

    timelines: dict[type[Fact], Timeline[Fact]] = field(default_factory=dict)
    standing: dict[str, Standing] = field(default_factory=dict)
    wakes: dict[str, Moment] = field(default_factory=dict)
    latest: Moment = NEVER
    reversals: bool = False
    model: bytes = b""
    live: object | None = None

    def timeline(self, kind: type[Fact]) -> Timeline[Fact]:
        known = self.timelines.get(kind)
        if known is None:
            known = self.timelines[kind] = Timeline()
        return known

    def facts(self) -> Iterator[Fact]:
        for timeline in self.timelines.values():
            yield from timeline.all()

    def next_wake(self) -> Moment | None:
        """The earliest pending wake-up."""
        return min(self.wakes.values(), default=None)

    def is_empty(self) -> bool:
        """Whether nothing is remembered: a fresh state does as well."""
        return not (
            self.standing
            or self.wakes
            or self.model
            or any(len(timeline) for timeline in self.timelines.values())
        )

    def forget(self) -> None:
        """Forget all but registers, which hold by their own dates."""
        self.timelines = {
            kind: timeline for kind, timeline in self.timelines.items() if kind is Registered
        }
        self.standing.clear()

    def expire(self, subject: Subject) -> None:
        """Forget what no window of this subject can reach any more."""
        for kind, timeline in self.timelines.items():
            keep = subject.keeps.get(kind)
            if keep is None:
                continue
            if kind is Signal and subject.signals:
                self._expire_signals(subject, keep)
            else:
                timeline.expire(self.latest - keep - LATENESS)
        longest = max(subject.keeps.values(), default=0) + LATENESS
        for anchor in [
            anchor
            for anchor, held in self.standing.items()
            if held.at < self.latest - longest and anchor not in self.wakes
        ]:
            del self.standing[anchor]

    def _expire_signals(self, subject: Subject, usual: int) -> None:
        timeline = self.timelines[Signal]
        by_name = subject.signals or {}
        for fact in list(timeline.all()):
            name = fact.name if isinstance(fact, Signal) else ""
            if fact.at < self.latest - by_name.get(name, usual) - LATENESS:
                timeline.drop(fact.ref)


def expires_at(state: State, subject: Subject) -> Moment | None:
    """The last event time at which anything but registers matters; None while that has no end.

    A state that waits to be woken, a model, and registers alone do not expire.
    """
    if state.wakes or state.model:
        return None
    if not state.standing and not any(
        len(timeline) for kind, timeline in state.timelines.items() if kind is not Registered
    ):
        return None
    kept = [
        *(keep for kind, keep in subject.keeps.items() if kind is not Registered),
        *(subject.signals or {}).values(),
    ]
    return Moment(state.latest + max(CHANGEABLE, *kept, 0) + LATENESS)


def encode(state: State) -> bytes:
    return _ENCODER.encode(
        _Record(
            FORMAT,
            list(state.facts()),  # type: ignore[arg-type]  # every fact is one of the union
            state.standing,
            state.wakes,
            state.latest,
            state.reversals,
            state.model,
        )
    )


def decode(record: bytes | None) -> State:
    """The state a record holds; a fresh one where there is none."""
    if record is None:
        return State()
    try:
        read = _DECODER.decode(record)
    except (msgspec.DecodeError, msgspec.ValidationError) as error:
        raise UnreadableState(str(error)) from error
    if read.format != FORMAT:
        raise UnreadableState(f"state format {read.format}, this release reads {FORMAT}")
    state = State(
        standing=read.standing,
        wakes=read.wakes,
        latest=read.latest,
        reversals=read.reversals,
        model=read.model,
    )
    for fact in read.facts:
        state.timeline(type(fact)).put(fact)
    return state
