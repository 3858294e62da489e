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
        self._servers = servers
        self._heard = heard
        self._consumer: AIOKafkaConsumer | None = None
        self._started = asyncio.Event()
        self._partitions = [TopicPartition(topic, number) for number in range(partitions)]

    async def start(self) -> None:
        consumer = AIOKafkaConsumer(
            bootstrap_servers=addresses(self._servers),
            enable_auto_commit=False,
            auto_offset_reset="earliest",
        )
        await consumer.start()
        consumer.assign(self._partitions)
        await consumer.seek_to_beginning(*self._partitions)
        self._consumer = consumer
        self._started.set()

    async def stop(self) -> None:
        if self._consumer is not None:
            await self._consumer.stop()

    async def catch_up(self) -> None:
        """Read on until everything that was on the topic when called has been heard."""
        await self._started.wait()
        consumer = self._consumer
        assert consumer is not None
        ends = await consumer.end_offsets(self._partitions)
        while True:
            behind = [
                place for place in self._partitions if await consumer.position(place) < ends[place]
            ]
            if not behind:
                return
            polled = await consumer.getmany(*behind, timeout_ms=POLL_MS)
            for records in polled.values():
                for record in records:
                    self._heard(record)
