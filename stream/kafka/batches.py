"""What one chunk writes, sent as prebuilt batches: one request a partition instead of one a record.

Nothing is sent before `flush`, so a chunk that fails half-way has written nothing.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager

from aiokafka import AIOKafkaProducer
from aiokafka.producer.message_accumulator import BatchBuilder

from stream.kafka.topics import addresses

# A broker takes batches of 1,048,588 bytes (max.message.bytes); the rest is room for the header.
MAX_BATCH_BYTES = 1_000_000

Headers = Sequence[tuple[str, bytes]]


class DeliveryFailed(RuntimeError):
    """The broker did not confirm a write; the chunk must be read again, so let the worker end."""


class BatchWriter:
    """Collects records by topic and partition; `flush` sends them and waits for the broker.

    `producer` is asked for at every use, because Faust makes its producer when the worker starts.
    """

    def __init__(self, producer: Callable[[], AIOKafkaProducer]) -> None:
        self._producer = producer
        self._batches: defaultdict[tuple[str, int], list[BatchBuilder]] = defaultdict(list)

    def add(
        self,
        topic: str,
        partition: int,
        key: bytes | None,
        value: bytes | None,
        headers: Headers = (),
    ) -> None:
        """Put one record behind those already added for its partition."""
        batches = self._batches[topic, partition]
        record = {"timestamp": None, "key": key, "value": value, "headers": list(headers)}
        if not batches or batches[-1].append(**record) is None:
            batches.append(self._producer().create_batch())
            batches[-1].append(**record)  # an empty batch takes one record of any size

    async def flush(self) -> dict[tuple[str, int], int]:
        """Send all that was added; return the offset of the last record in each partition.

        Raises
        ------
        DeliveryFailed
            when any record is not known to be stored; others may be.
        """
        collected, self._batches = self._batches, defaultdict(list)
        lasts = await asyncio.gather(
            *(self._send(place, batches) for place, batches in collected.items()),
            return_exceptions=True,
        )
        written = {}
        for place, last in zip(collected, lasts, strict=True):
            if isinstance(last, BaseException):
                topic, partition = place
                raise DeliveryFailed(f"{topic}[{partition}]: {last!r}") from last
            written[place] = last
        return written

    def discard(self) -> None:
        """Forget what was added since the last flush."""
        self._batches.clear()

    async def _send(self, place: tuple[str, int], batches: Sequence[BatchBuilder]) -> int:
        topic, partition = place
        producer = self._producer()
        sent = []
        for batch in batches:
            batch.close()  # else the producer may append records of others to it
            sent.append(await producer.send_batch(batch, topic, partition=partition))
        stored = await asyncio.gather(*sent)
        last: int = stored[-1].offset + batches[-1].record_count() - 1
        return last


@asynccontextmanager
async def batch_writer(broker: str) -> AsyncIterator[BatchWriter]:
    """Open a writer with a producer of its own, for use outside a Faust worker."""
    producer = AIOKafkaProducer(
        bootstrap_servers=addresses(broker),
        acks="all",
        enable_idempotence=True,
        max_batch_size=MAX_BATCH_BYTES,
    )
    await producer.start()
    try:
        yield BatchWriter(lambda: producer)
    finally:
        await producer.stop()
