"""The auditor: takes chunks of events to the subjects they concern, until nothing is left to say.

Used where one process holds all subjects: files and the local shell. (On Kafka the topics carry
emissions from subject to subject; what is decided is the same.)
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from domain.events import ClaimEvent
from domain.facts import Registered
from domain.moments import NEVER, Moment
from engine.audit import Arrival, Emission, audit
from engine.book import Book
from engine.intake import facts_of, register_of
from engine.state import State

Place = tuple[str, str]
"""A subject and a key: where a state lives."""


class States(Protocol):
    """Where states are kept between chunks."""

    def get(self, place: Place) -> State:
        """The state there, a fresh one if there is none; changed in place by the auditor."""
        ...

    def changed(self, place: Place, state: State) -> None:
        """Keep this state: it was changed."""
        ...


@dataclass
class StatesInMemory:
    """All states in one dictionary; what files are audited with."""

    by_place: dict[Place, State] = field(default_factory=dict)

    def get(self, place: Place) -> State:
        state = self.by_place.get(place)
        return State() if state is None else state

    def changed(self, place: Place, state: State) -> None:
        self.by_place[place] = state


@dataclass
class Chunk:
    """What a chunk of events led to."""

    alerts: dict[str, bytes | None] = field(default_factory=dict)
    failures: dict[str, int] = field(default_factory=dict)
    registers: list[Registered] = field(default_factory=list)
    too_late: int = 0


class Wakes:
    """Pending wake-ups by place, soonest first."""

    def __init__(self, pending: Iterable[tuple[Place, Moment]] = ()) -> None:
        self._due: dict[Place, Moment] = {}
        self._heap: list[tuple[Moment, Place]] = []
        for place, at in pending:
            self.set(place, at)

    def set(self, place: Place, at: Moment | None) -> None:
        if at is None:
            self._due.pop(place, None)
        elif self._due.get(place) != at:
            self._due[place] = at
            heapq.heappush(self._heap, (at, place))

    def take_due(self, clock: Moment) -> list[Place]:
        """The places whose wake-up event time has passed; they are no longer pending."""
        due = []
        while self._heap and self._heap[0][0] <= clock:
            at, place = heapq.heappop(self._heap)
            if self._due.get(place) == at:
                del self._due[place]
                due.append(place)
        return due


def arrivals_of(events: Iterable[ClaimEvent]) -> list[Emission]:
    """The facts that events state, on their way to their first subjects."""
    return [
        Emission(tell.subject, tell.key, tell.fact.ref, tell.fact)
        for event in events
        for tell in facts_of(event)
    ]


class Auditor:
    """Audits chunks of events in the order they are given; ``clock`` is the latest event time."""

    def __init__(
        self,
        book: Book,
        states: States,
        *,
        clock: Moment = NEVER,
        wakes: Wakes | None = None,
    ) -> None:
        self.book = book
        self.clock = clock
        self._states = states
        self._wakes = wakes or Wakes()

    def take(self, events: Sequence[ClaimEvent]) -> Chunk:
        """Audit these events and every wake-up that they make due."""
        chunk = Chunk()
        for event in events:
            if (entry := register_of(event)) is not None:
                self.book.registers.put(entry)
                chunk.registers.append(entry)
            self.clock = max(self.clock, event.at)
        self._cascade(arrivals_of(events), (), chunk)
        self._wake(chunk)
        return chunk

    def advance(self, clock: Moment) -> Chunk:
        """Let event time pass without an event; every wake-up due by then is judged."""
        chunk = Chunk()
        self.clock = max(self.clock, clock)
        self._wake(chunk)
        return chunk

    def _wake(self, chunk: Chunk) -> None:
        while due := self._wakes.take_due(self.clock):
            self._cascade((), due, chunk)

    def _cascade(self, arrivals: Sequence[Emission], due: Iterable[Place], chunk: Chunk) -> None:
        """Audit place after place until nobody has anything left to tell."""
        while arrivals or due:
            arrivals = self.round(arrivals, due, chunk)
            due = ()

    def round(
        self, arrivals: Iterable[Emission], due: Iterable[Place], chunk: Chunk
    ) -> list[Emission]:
        """Audit each place once, with all that arrived there; what they tell others."""
        by_place: dict[Place, list[Arrival]] = {place: [] for place in due}
        for told in arrivals:
            place = (told.subject, told.key)
            by_place.setdefault(place, []).append(Arrival(told.ref, told.fact))
        return [
            emission
            for place, arrived in by_place.items()
            for emission in self._audit(place, arrived, chunk)
        ]

    def take_due(self, clock: Moment) -> list[Place]:
        """Let event time pass; the places to be audited because of it."""
        self.clock = max(self.clock, clock)
        return self._wakes.take_due(self.clock)

    def _audit(self, place: Place, arrived: Sequence[Arrival], chunk: Chunk) -> list[Emission]:
        subject, key = place
        state = self._states.get(place)
        outcome = audit(subject, key, state, arrived, self.clock, self.book)
        if subject in self.book.subjects:
            self._states.changed(place, state)
            self._wakes.set(place, state.next_wake())
        chunk.alerts.update(outcome.alerts)
        chunk.too_late += outcome.too_late
        for rule, count in outcome.failures.items():
            chunk.failures[rule] = chunk.failures.get(rule, 0) + count
        return outcome.emissions
