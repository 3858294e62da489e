"""The alerts topic, read by position: whoever keeps the position has each record once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from kafka import KafkaConsumer, TopicPartition

from stream.kafka.topics import Topics, addresses

WAIT_MS: Final = 500
MOST_RECORDS: Final = 2000


class KafkaAlerts:
    """All partitions of the alerts topic, outside any consumer group.

    Not safe for several threads at once; the API's intake is the only caller.
    """

    def __init__(self, servers: str, prefix: str) -> None:
        self._consumer = KafkaConsumer(
            bootstrap_servers=addresses(servers),
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            max_poll_records=MOST_RECORDS,
        )
        topic = Topics(prefix).alerts
        self._partitions = {
            str(number): TopicPartition(topic, number)
            for number in sorted(self._consumer.partitions_for_topic(topic) or ())
        }
        self._consumer.assign(list(self._partitions.values()))
        self._next: dict[str, int] = {}

    def after(self, position: Mapping[str, int]) -> list[tuple[str, int, str, bytes | None]]:
        """(partition, offset, alert id, body) from the next wanted offsets on."""
        for name, partition in self._partitions.items():
            wanted = position.get(name, 0)
            if self._next.get(name) != wanted:
                self._consumer.seek(partition, wanted)
                self._next[name] = wanted
        polled = self._consumer.poll(timeout_ms=WAIT_MS)
        found = []
        for partition, records in polled.items():
            for record in records:
                found.append(
                    (str(partition.partition), record.offset, record.key.decode(), record.value)
                )
            if records:
                self._next[str(partition.partition)] = records[-1].offset + 1
        return found

    def count_after(self, position: Mapping[str, int]) -> int:
        """How many records wait at or after the next wanted offsets."""
        ends = self._consumer.end_offsets(list(self._partitions.values()))
        return sum(
            max(0, ends[partition] - position.get(name, 0))
            for name, partition in self._partitions.items()
        )

    def close(self) -> None:
        self._consumer.close()
