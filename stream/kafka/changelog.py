"""A table's changelog topic, written by one worker a partition even when another wakes up late.

A worker that hung (a stopped process, a lost network) may finish a chunk after its partitions went
to another: its rows would overwrite newer ones in the log, and a later recovery would bring them
back. So every owner first claims the partition with a higher epoch, and every record names its
writer's. Readers pass over records of a lower epoch than they have seen; the owner notices them by
its own offsets, which must follow one another, and writes those keys once more.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from aiokafka import AIOKafkaConsumer
from aiokafka.structs import TopicPartition

from stream.kafka.batches import BatchWriter, DeliveryFailed
from stream.kafka.consumer import Record

# Keys of our own in the log and on the disk; no key of a row may begin like this.
RESERVED = b"\x00fundguard\x00"
EPOCH = RESERVED + b"epoch"
EPOCH_HEADER = "epoch"
NO_EPOCH = 0

Rows = Mapping[bytes, bytes | None]
CurrentRows = Callable[[Sequence[bytes], int], Sequence[bytes | None]]


def epoch_of(record: Record) -> int:
    return next((int(value) for name, value in record.headers if name == EPOCH_HEADER), NO_EPOCH)


@dataclass(slots=True)
class _Claim:
    epoch: int
    next_offset: int


class Changelog:
    """Appends rows; `current` looks up what the owner holds for keys that must be written again."""

    def __init__(
        self,
        topic: str,
        writer: BatchWriter,
        reader: Callable[[], AIOKafkaConsumer],
        current: CurrentRows,
    ) -> None:
        self.topic = topic
        self._writer = writer
        self._reader = reader
        self._current = current
        self._claims: dict[int, _Claim] = {}

    async def claim(
        self, partition: int, *, after_epoch: int, next_offset: int, rewrite: Sequence[bytes]
    ) -> tuple[Rows, int]:
        """Become the writer of a partition read up to `next_offset`; `rewrite` lists spoilt keys.

        Returns what was appended and the offset of its last record, as `append` does.
        """
        self._claims[partition] = _Claim(after_epoch + 1, next_offset)
        rows: dict[bytes, bytes | None] = {EPOCH: b"%d" % (after_epoch + 1)}
        rows |= zip(rewrite, self._current(rewrite, partition), strict=True)
        return rows, await self.append(rows, partition)

    async def append(self, rows: Rows, partition: int) -> int:
        """Append rows of a claimed partition; return the offset of the log's last record.

        Raises
        ------
        DeliveryFailed
            when the broker did not take them, or when the partition has another owner by now.
        """
        claim = self._claims[partition]
        headers = [(EPOCH_HEADER, b"%d" % claim.epoch)]
        for key, row in rows.items():
            self._writer.add(self.topic, partition, key, row, headers)
        last = (await self._writer.flush())[self.topic, partition]
        expected, claim.next_offset = claim.next_offset, last + 1
        if last == expected + len(rows) - 1:
            return last
        spoilt = await self._keys_of_others(partition, expected, last, claim.epoch)
        again = [key for key in spoilt if key not in rows]
        if not again:
            return last
        current = self._current(again, partition)
        return await self.append(dict(zip(again, current, strict=True)), partition)

    async def _keys_of_others(
        self, partition: int, first: int, last: int, epoch: int
    ) -> set[bytes]:
        """Return the keys that late writers wrote; raise when the late writer is this worker."""
        keys = set()
        for record in await self._read(partition, first, last):
            theirs = epoch_of(record)
            if theirs > epoch:
                raise DeliveryFailed(
                    f"{self.topic}[{partition}] has another owner: this worker stood still longer"
                    " than its session and must start anew."
                )
            if theirs < epoch and record.key is not None:
                keys.add(record.key)
        return keys - {EPOCH}

    async def _read(self, partition: int, first: int, last: int) -> list[Record]:
        place = TopicPartition(self.topic, partition)
        found: list[Record] = []
        async with self._reader() as consumer:
            consumer.assign([place])
            consumer.seek(place, first)
            while await consumer.position(place) <= last:
                for records in (await consumer.getmany(place, timeout_ms=1000)).values():
                    found += records
        return found
