"""Faust's consumer and producer, extended: a chunk topic arrives as chunks, not as messages.

Faust spends two asyncio tasks on a message. Here one event carries all the records that one fetch
brought for a partition, and its one ack commits them all. Only public hooks and the methods that
Faust's own drivers override are used; everything else (streams, tables, rebalancing) is Faust's.
"""

import asyncio
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from aiokafka import AIOKafkaProducer
from aiokafka.structs import TopicPartition
from faust.transport.drivers import aiokafka as driver
from faust.types import TP
from faust.types.tuples import ConsumerMessage

# A partition that was paused because its queue is full must be fetched again soon after.
FETCH_SECONDS = 0.05


class Record(Protocol):
    """One Kafka record, untouched (aiokafka's ConsumerRecord)."""

    topic: str
    partition: int
    offset: int
    timestamp: int  # milliseconds since 1970, set by whoever sent it
    timestamp_type: int
    key: bytes | None
    value: bytes | None
    headers: Sequence[tuple[str, bytes]]


@dataclass(frozen=True, slots=True, repr=False)
class Chunk:
    """Records of one partition in offset order; there is always at least one."""

    topic: str
    partition: int
    records: Sequence[Record]

    @property
    def first_offset(self) -> int:
        return self.records[0].offset

    @property
    def last_offset(self) -> int:
        return self.records[-1].offset

    def __repr__(self) -> str:  # Faust logs what it waits for; patients' data stays out of logs
        return f"<Chunk {self.topic}[{self.partition}] {self.first_offset}-{self.last_offset}>"


class ChunkMessage(ConsumerMessage):  # type: ignore[misc]
    """The message of a chunk: only its handler's success makes an ack count.

    Faust also acks what it skips or what an agent raised on; those chunks must be read again.
    """

    handled = False

    def ack(self, consumer: Any, n: int = 1) -> bool:
        return bool(self.handled and super().ack(consumer, n))


class ChunkConsumer(driver.Consumer):  # type: ignore[misc]
    """Delivers the topics in `app.chunk_topics` as chunks, all others as Faust does.

    Source topics flow only from the moment Faust has restored the tables, sought the committed
    offsets and emptied its queues (`_open`). Faust itself fetches a little earlier and then drops
    what it fetched; a record dropped after the seek would be lost.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        self._delivered: defaultdict[TP, deque[ChunkMessage]] = defaultdict(deque)
        self._fetching = asyncio.Lock()
        self._flow = 0  # counts the stops of the flow: what was fetched before one is void
        self._sought = False
        self._open = False
        self._holds_work = False
        super().__init__(*arguments, **options)

    def stop_flow(self) -> None:
        super().stop_flow()
        self._flow += 1
        self._sought = self._open = False

    def resume_flow(self) -> None:
        super().resume_flow()
        self._open = self._sought
        if self._open and self._holds_work:
            self._holds_work = False
            self.app.work.release()

    async def perform_seek(self) -> None:
        """Go back to the committed offsets, and to the beginning where there is none."""
        async with self._fetching:  # else a fetch under way would move on past the seek
            self._delivered.clear()
            await super().perform_seek()
            await self._rewind_uncommitted()
        self._sought = True

    async def _rewind_uncommitted(self) -> None:
        fresh = {
            TopicPartition(*tp)
            for tp in self.assignment()
            if not self._is_changelog_tp(tp) and not self._read_offset[tp]
        }
        if fresh:
            await self._thread.seek_to_beginning(*fresh)

    async def on_partitions_revoked(self, revoked: set[TP]) -> None:
        """Finish and commit the chunk in work, then let Faust forget what it knows of acks.

        From here until the flow is open again nobody else changes a table.
        """
        if not (self.should_stop or self.app.should_stop):
            self.stop_flow()
            self.app.flow_control.suspend()
            self.app.flow_control.clear()
            await self.wait_empty()
            if not self._holds_work:
                await self.app.work.acquire()
                self._holds_work = True
        await super().on_partitions_revoked(revoked)

    async def getmany(self, timeout: float) -> AsyncIterator[tuple[TP, ConsumerMessage]]:
        """Yield what one fetch brought, until the flow is stopped."""
        if not self.flow_active:
            await self.wait(self.can_resume_flow)
        flow = self._flow
        records = await self._getmany(self._get_active_partitions(), min(timeout, FETCH_SECONDS))
        for tp, message in self._messages(records):
            if self.should_stop or not self.flow_active or flow != self._flow:
                return
            if self._is_changelog_tp(tp) and tp not in self._active_partitions:
                continue  # paused since: what comes now are our own writes
            self.app.monitor.track_tp_end_offset(tp, self.highwater(tp))
            if isinstance(message, ChunkMessage) and self.app.topics.acks_enabled_for(tp.topic):
                self._delivered[tp].append(message)
            yield tp, message

    async def _getmany(self, active: set[TP], timeout: float) -> Mapping[TP, Sequence[Record]]:
        async with self._fetching:
            wanted = active if self._open else active & self.app.tables.recovery.active_tps
            if wanted:
                records: Mapping[TP, Sequence[Record]] = await super()._getmany(wanted, timeout)
                return records
        await asyncio.sleep(timeout)
        return {}

    def _messages(
        self, fetched: Mapping[TP, Sequence[Record]]
    ) -> Iterator[tuple[TP, ConsumerMessage]]:
        for place, records in fetched.items():
            tp = TP(place.topic, place.partition)
            if tp.topic not in self.app.chunk_topics:
                yield from ((tp, self._to_message(tp, record)) for record in records)
                continue
            unread = self._unread(tp, records)
            for start in range(0, len(unread), self.app.max_chunk):
                part = unread[start : start + self.app.max_chunk]
                yield tp, self._chunk_message(tp, part)

    def _unread(self, tp: TP, records: Sequence[Record]) -> Sequence[Record]:
        read = self._read_offset[tp] or 0
        if records and records[0].offset < read:
            return [record for record in records if record.offset >= read]
        return records

    def _chunk_message(self, tp: TP, records: Sequence[Record]) -> ChunkMessage:
        last = records[-1]
        return ChunkMessage(
            topic=tp.topic,
            partition=tp.partition,
            offset=last.offset,
            timestamp=last.timestamp / 1000,
            timestamp_type=last.timestamp_type,
            headers=None,
            key=None,
            value=Chunk(tp.topic, tp.partition, records),
            checksum=None,
            tp=tp,
            generation_id=self.app.consumer_generation_id,
        )

    async def _add_gap(self, tp: TP, offset_from: int, offset_to: int) -> None:
        # Faust counts acks by offset and must be told of every offset that brings no message. A
        # chunk stands for all offsets up to its last, so the order of delivery says enough.
        if tp.topic not in self.app.chunk_topics:
            await super()._add_gap(tp, offset_from, offset_to)

    def _new_offset(self, tp: TP) -> int | None:
        """Return the offset to commit: behind the last chunk with no unfinished one before it."""
        if tp.topic not in self.app.chunk_topics:
            offset: int | None = super()._new_offset(tp)
            return offset
        done = None
        waiting = self._delivered[tp]
        while waiting and waiting[0].acked:
            done = waiting.popleft().offset + 1
        self._acked[tp].clear()
        self._acked_index[tp].clear()
        return done


class BatchProducer(driver.Producer):  # type: ignore[misc]
    """Faust's producer, idempotent, with its client open to prebuilt batches."""

    def client(self) -> AIOKafkaProducer:
        return self._ensure_producer()

    def _settings_extra(self) -> Mapping[str, Any]:
        return {"acks": "all", "enable_idempotence": True}


class ChunkTransport(driver.Transport):  # type: ignore[misc]
    """Faust's aiokafka transport with the consumer and the producer of this module."""

    Consumer = ChunkConsumer
    Producer = BatchProducer
