"""One worker's desk: each chunk of its partitions through the engine, and everything it leads to.

What a chunk tells others (projections, alerts, dead letters) is acknowledged by the broker before
the states that remember having said it are written. A worker that dies in between says it all
again, and whoever hears it twice finds nothing new in it.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from importlib.metadata import version
from typing import Any, Final

from domain.decode import MalformedEvent
from domain.events import ClaimEvent
from domain.moments import DAY, NEVER, Moment
from engine.audit import Emission
from engine.auditor import Auditor, Chunk, Place, Wakes, arrivals_of
from engine.book import Book
from engine.intake import register_of
from rules.subjects.stock_entry import STOCK_ENTRY
from stream import metrics
from stream.codec import decode_emission, decode_record, encode_emission
from stream.dead_letters import BadInputGuard, TooManyBadEvents
from stream.kafka import consumer
from stream.kafka.batches import BatchWriter
from stream.kafka.broadcast import Broadcast
from stream.kafka.calm import Calm
from stream.kafka.clock import Note, SharedClock, read, written
from stream.kafka.partitioning import home_of, partition_of_alert
from stream.kafka.rows import PartitionStates, pending_wakes
from stream.kafka.states import StateTable
from stream.kafka.topics import Topics, dead_letter_topic

PLACES_AT_ONCE: Final = 50  # some 20 ms of judging
SERVICE_VERSION: Final = version("fundguard").encode()


class Desk:
    """Audits what this worker is assigned; one chunk or wake-up round at a time."""

    def __init__(
        self,
        topics: Topics,
        partitions: int,
        book: Book,
        table: StateTable,
        writer: BatchWriter,
        guard: BadInputGuard,
        servers: str,
        *,
        states_in_memory: int,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._topics = topics
        self._partitions = partitions
        self._book = book
        self._table = table
        self._writer = writer
        self._guard = guard
        self._states_in_memory = states_in_memory
        self._now = now
        self._states: dict[int, PartitionStates] = {}
        self._auditors: dict[int, Auditor] = {}
        self._caught_up: dict[int, bool] = {}
        self._calm = Calm()
        self.clock = SharedClock()
        self._registers = Broadcast(servers, topics.reference, partitions, self._hear_register)
        self._notes = Broadcast(servers, topics.clock, 1, self._hear_note)
        self.stopped_by: TooManyBadEvents | None = None
        table.on_assigned(self._assigned)
        table.on_revoked(self._revoked)

    async def start(self) -> None:
        await self._registers.start()
        await self._notes.start()

    async def stop(self) -> None:
        await self._registers.stop()
        await self._notes.stop()

    async def hear_the_time(self) -> None:
        """Take in what all workers have noted of event time."""
        await self._notes.catch_up()

    async def take(self, chunk: consumer.Chunk, *, caught_up: bool) -> None:
        """Audit one chunk; when this returns, all it led to is safe. Call with the app's lock."""
        with metrics.CHUNK_SECONDS.time():
            await self._registers.catch_up()  # whoever sent this knew no more than is there now
            if chunk.topic == self._topics.projections:
                arrivals = [
                    decode_emission(record.value) for record in chunk.records if record.value
                ]
                self._note_hearing(chunk.partition, caught_up=caught_up)
            else:
                events = self._decode_or_stop(chunk)
                arrivals = arrivals_of(events)
                self._note(chunk, events, caught_up=caught_up)
            await self._audit(chunk.partition, arrivals, ())

    async def wake(self, work: asyncio.Lock) -> None:
        """Judge whatever event time has made due on this worker's partitions.

        ``work`` is the app's lock: held by handlers, and while partitions move.
        """
        metrics.CLOCK.set(self.clock.now())
        for partition in list(self._auditors):
            async with work:
                auditor = self._auditors.get(partition)
                due = auditor.take_due(self.clock.now()) if auditor else ()
                if due:
                    await self._registers.catch_up()
                    await self._audit(partition, (), due)

    async def sweep(self, work: asyncio.Lock) -> None:
        """Forget some of what event time has left behind on this worker's partitions."""
        if not self._calm.lasts(self._now()):
            return
        for partition in list(self._states):
            async with work:
                if (states := self._states.get(partition)) is not None:
                    await self._table.put_many(states.sweep(self.clock.now()), partition)

    def _hear_note(self, record: Any) -> None:
        caught_up = read(record.value).caught_up
        self._calm.hear(record.key, caught_up=caught_up, now=self._now())
        if not record.key.startswith(self._topics.projections.encode()):
            self.clock.hear(record.key, record.value)

    def _hear_register(self, record: Any) -> None:
        """Take in a record of the reference topic; one that is none is the group's to reject."""
        try:
            entry = register_of(decode_record(record.value, record.headers, None))
        except MalformedEvent:
            return
        if entry is not None:
            self._book.registers.put(entry)

    def _decode_or_stop(self, chunk: consumer.Chunk) -> list[ClaimEvent]:
        try:
            return self._decode(chunk)
        except TooManyBadEvents as reason:
            self._writer.discard()
            self.stopped_by = reason
            raise

    def _decode(self, chunk: consumer.Chunk) -> list[ClaimEvent]:
        latest = Moment(int(self._now()) + DAY)
        events: list[ClaimEvent] = []
        for record in chunk.records:
            try:
                events.append(decode_record(record.value, record.headers, latest))
            except MalformedEvent as error:
                self._bury(record, error)
                self._guard.saw(bad=True)
            else:
                self._guard.saw(bad=False)
        metrics.count_events(events)
        return events

    def _bury(self, record: consumer.Record, error: MalformedEvent) -> None:
        metrics.REJECTED.labels(error.stage).inc()
        reason = [
            ("dlq.original-topic", record.topic.encode()),
            ("dlq.original-partition", str(record.partition).encode()),
            ("dlq.original-offset", str(record.offset).encode()),
            ("dlq.stage", error.stage.encode()),
            ("dlq.error", error.reason.encode()),
            ("dlq.service-version", SERVICE_VERSION),
        ]
        self._writer.add(
            dead_letter_topic(record.topic), 0, record.key, record.value, [*record.headers, *reason]
        )

    def _note(
        self, chunk: consumer.Chunk, events: Sequence[ClaimEvent], *, caught_up: bool
    ) -> None:
        note = Note(max((event.at for event in events), default=NEVER), caught_up)
        place = f"{chunk.topic}[{chunk.partition}]".encode()
        self._writer.add(self._topics.clock, 0, place, written(note))

    def _note_hearing(self, partition: int, *, caught_up: bool) -> None:
        """Note whether anything told is still to be heard here, when that changes."""
        if self._caught_up.get(partition) != caught_up:
            self._caught_up[partition] = caught_up
            place = f"{self._topics.projections}[{partition}]".encode()
            self._writer.add(self._topics.clock, 0, place, written(Note(NEVER, caught_up)))

    async def _audit(
        self, partition: int, arrivals: Iterable[Emission], due: Iterable[Place]
    ) -> None:
        auditor, states = self._auditors[partition], self._states[partition]
        auditor.clock = max(auditor.clock, self.clock.now())
        outcome = Chunk()
        here: list[Emission] = []
        told: list[Emission] = []
        for arrival in arrivals:
            (here if self._is_here(arrival, partition) else told).append(arrival)
        states.fetch({(arrival.subject, arrival.key) for arrival in here}.union(due))
        for few, woken in _slices(here, due):
            told += auditor.round(few, woken, outcome)
            await asyncio.sleep(0)  # heartbeats and commits must not wait for a whole chunk
        for emission in told:
            home = home_of((emission.subject, emission.key), self._partitions)
            self._writer.add(self._topics.projections, home, None, encode_emission(emission))
        for id_, body in outcome.alerts.items():
            home = partition_of_alert(id_, self._partitions)
            self._writer.add(self._topics.alerts, home, id_.encode(), body)
        await self._writer.flush()
        await self._table.put_many(states.rows(), partition)
        metrics.count_chunk(outcome)

    def _is_here(self, arrival: Emission, partition: int) -> bool:
        """Whether a fact's subject lives on this partition; what has no state lives everywhere."""
        if arrival.subject == STOCK_ENTRY:
            return True
        return home_of((arrival.subject, arrival.key), self._partitions) == partition

    def _assigned(self, partitions: frozenset[int]) -> None:
        for partition in partitions:
            states = PartitionStates(
                self._table, partition, self._book.subjects, self._states_in_memory
            )
            wakes = Wakes(pending_wakes(self._table, partition))
            self._states[partition] = states
            self._auditors[partition] = Auditor(self._book, states, wakes=wakes)

    def _revoked(self, partitions: frozenset[int]) -> None:
        for partition in partitions:
            self._states.pop(partition, None)
            self._auditors.pop(partition, None)
            self._caught_up.pop(partition, None)


def _slices(
    arrivals: Sequence[Emission], due: Iterable[Place]
) -> Iterator[tuple[list[Emission], list[Place]]]:
    """The work in slices of whole places, so that each place is audited once."""
    by_place: dict[Place, list[Emission]] = {place: [] for place in due}
    woken = set(by_place)
    for arrival in arrivals:
        by_place.setdefault((arrival.subject, arrival.key), []).append(arrival)
    places = list(by_place)
    for start in range(0, len(places), PLACES_AT_ONCE):
        few = places[start : start + PLACES_AT_ONCE]
        yield (
            [told for place in few for told in by_place[place]],
            [place for place in few if place in woken],
        )
