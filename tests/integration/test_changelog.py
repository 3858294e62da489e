"""Two owners of one changelog partition: the late one is refused, its rows are mended."""

import asyncio
from collections.abc import Sequence

import pytest
from aiokafka import AIOKafkaConsumer

from stream.kafka.batches import DeliveryFailed, batch_writer
from stream.kafka.changelog import EPOCH, Changelog
from stream.kafka.topics import Topics, ensure

pytestmark = pytest.mark.integration

KEY, OTHER = b"person", b"other"


def test_the_late_owner_is_refused_and_its_rows_are_written_over(
    kafka: str, fresh_prefix: str
) -> None:
    ensure(kafka, fresh_prefix, partitions=1)
    log = asyncio.run(_two_owners(kafka, Topics(fresh_prefix).changelog))
    assert log[-1] == (KEY, b"new")
    assert dict(log) == {EPOCH: b"2", KEY: b"new", OTHER: b"row"}


async def _two_owners(broker: str, topic: str) -> list[tuple[bytes, bytes]]:
    rows = {KEY: b"new"}

    def current(keys: Sequence[bytes], partition: int) -> list[bytes | None]:
        return [rows.get(key) for key in keys]

    def reader() -> AIOKafkaConsumer:
        return AIOKafkaConsumer(
            bootstrap_servers=broker, enable_auto_commit=False, auto_offset_reset="earliest"
        )

    async with batch_writer(broker) as writer:
        late = Changelog(topic, writer, reader, current)
        _, last = await late.claim(0, after_epoch=0, next_offset=0, rewrite=[])
        last = await late.append({KEY: b"old"}, 0)
        owner = Changelog(topic, writer, reader, current)
        await owner.claim(0, after_epoch=1, next_offset=last + 1, rewrite=[])
        await owner.append(rows, 0)
        with pytest.raises(DeliveryFailed, match="another owner"):
            await late.append({KEY: b"late"}, 0)
        last = await owner.append({OTHER: b"row"}, 0)
    async with reader() as consumer:
        return await _read(consumer, topic, last)


async def _read(consumer: AIOKafkaConsumer, topic: str, last: int) -> list[tuple[bytes, bytes]]:
    consumer.subscribe([topic])
    found: list[tuple[bytes, bytes]] = []
    while len(found) <= last:
        record = await consumer.getone()
        found.append((record.key, record.value))
    return found
