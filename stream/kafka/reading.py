"""Topics read whole, outside any group: from their beginnings to the ends they had at the start."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from heapq import merge
from operator import attrgetter
from typing import Any, Final

from kafka import KafkaConsumer, TopicPartition

from stream.kafka.topics import addresses

POLL_MS: Final = 500
MOST_RECORDS: Final = 2000
READ_AHEAD: Final = 5000  # records of a partition, while the next of another is waited for


class WholeTopics:
    """Every partition of some topics; ``beginnings`` and ``ends`` are offsets by partition."""

    def __init__(self, servers: str, topics: Sequence[str]) -> None:
        self._consumer = KafkaConsumer(
            bootstrap_servers=addresses(servers),
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            max_poll_records=MOST_RECORDS,
        )
        places = [
            TopicPartition(topic, number)
            for topic in topics
            for number in sorted(self._consumer.partitions_for_topic(topic) or ())
        ]
        self._consumer.assign(places)
        self.beginnings: Mapping[Any, int] = self._consumer.beginning_offsets(places)
        self.ends: Mapping[Any, int] = self._consumer.end_offsets(places)
        self._open: set[Any] = set()
        self._read: dict[Any, deque[Any]] = {}

    def records(self) -> Iterator[Any]:
        """Every record, by the time it was sent; those of one partition stay in their order."""
        self._read = {place: deque() for place in self.ends}
        self._open = {place for place in self.ends if self.beginnings[place] < self.ends[place]}
        for place in self.ends:
            self._consumer.seek(place, self.beginnings[place])
        lanes = [self._lane(place) for place in self.ends]
        yield from merge(*lanes, key=attrgetter("timestamp"))

    def close(self) -> None:
        self._consumer.close()

    def _lane(self, place: Any) -> Iterator[Any]:
        read = self._read[place]
        while True:
            while not read and place in self._open:
                self._poll()
            if not read:
                return
            yield read.popleft()

    def _poll(self) -> None:
        for place, read in self._read.items():
            if place in self._open and len(read) < READ_AHEAD:
                self._consumer.resume(place)
            else:
                self._consumer.pause(place)
        for place, records in self._consumer.poll(timeout_ms=POLL_MS).items():
            self._read[place].extend(one for one in records if one.offset < self.ends[place])
        self._open = {
            place for place in self._open if self._consumer.position(place) < self.ends[place]
        }
