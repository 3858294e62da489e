"""Topics that every worker reads whole, outside the consumer group: registers and the clock."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition

from stream.kafka.topics import addresses

POLL_MS: Final = 1000


class Broadcast:
    """Reads a topic from its beginning; `catch_up` returns once all that was there is heard."""

    def __init__(
        self,
        servers: str,
        topic: str,
        partitions: int,
        heard: Callable[[ConsumerRecord[bytes, bytes]], None],
    ) -> None:
        self._partitions = [TopicPartition(topic, number) for number in range(partitions)]
        self._next = dict.fromkeys(self._partitions, 0)
        self._heard = heard
        self._started = asyncio.Event()
        self._servers = servers

    async def start(self) -> None:
        # A broker answers a connection's requests in order: behind the reader's waiting fetch,
        # the question for the end of the topic would take as long as that waits.
        self._reader, self._asker = _consumer(self._servers), _consumer(self._servers)
        await self._asker.start()
        await self._reader.start()
        self._reader.assign(self._partitions)
        await self._reader.seek_to_beginning(*self._partitions)
        self._started.set()

    async def stop(self) -> None:
        await self._asker.stop()
        await self._reader.stop()

    async def catch_up(self) -> None:
        """Read on until everything that was on the topic when called has been heard."""
        await self._started.wait()
        ends = await self._asker.end_offsets(self._partitions)
        while behind := [place for place in self._partitions if self._next[place] < ends[place]]:
            polled = await self._reader.getmany(*behind, timeout_ms=POLL_MS)
            for records in polled.values():
                for record in records:
                    self._heard(record)
            for place in behind:
                self._next[place] = await self._reader.position(place)


def _consumer(servers: str) -> AIOKafkaConsumer:
    return AIOKafkaConsumer(
        bootstrap_servers=addresses(servers),
        enable_auto_commit=False,
        auto_offset_reset="earliest",
    )
