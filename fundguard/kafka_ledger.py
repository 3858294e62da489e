"""The ledger of a cluster: what lies on its topics, as far as its workers have come."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from domain.decode import MalformedEvent
from domain.events import ClaimEvent
from domain.moments import Moment
from fundguard.verifying import Decided
from stream.codec import decode_record
from stream.kafka.lag import lag
from stream.kafka.reading import WholeTopics
from stream.kafka.topics import Topics, dead_letter_topic

Where = tuple[str, int, int]
"""Topic, partition and offset of a record."""

_ORIGIN: Final = ("dlq.original-topic", "dlq.original-partition", "dlq.original-offset")


class KafkaLedger:
    """The event topics, dead letters and alerts of one installation.

    The topics are read to the ends seen at the start; an event that the workers have not yet read
    is waiting, not undecided.
    """

    def __init__(self, servers: str, prefix: str) -> None:
        self._servers = servers
        self._topics = Topics(prefix)
        names = self._topics
        self._lags = lag(servers, names.app_id, names.co_partitioned[:-1])
        sources = (names.reference, names.claim_events, names.inventory, names.feedback)
        self._sources = WholeTopics(servers, sources)
        self._dead = self._dead_letters(sources)

    def waiting(self) -> int:
        return sum(row.lag for row in self._lags)

    def kept_since(self) -> Moment | None:
        cut = {place for place, offset in self._sources.beginnings.items() if offset}
        if not cut:
            return None
        first: dict[Any, int] = {}
        for record in self._sources.records():
            place = (record.topic, record.partition)
            if place in cut:
                first.setdefault(place, record.timestamp // 1000)
            if len(first) == len(cut):
                break
        return Moment(max(first.values(), default=1))

    def gaps(self) -> list[str]:
        """None are looked for: the broker answers for its own offsets."""
        return []

    def events(self) -> Iterator[Decided]:
        read = {(row.topic, row.partition): row.end - row.lag for row in self._lags}
        for record in self._sources.records():
            where = record.topic, record.partition, record.offset
            if record.offset < read[where[:2]]:
                place = f"{record.topic}[{record.partition}] {record.offset}"
                yield Decided(place, _event(record), where in self._dead)

    def alerts(self) -> dict[str, bytes]:
        standing: dict[str, bytes] = {}
        reader = WholeTopics(self._servers, [self._topics.alerts])
        try:
            for record in reader.records():
                standing.pop(record.key.decode(), None)
                if record.value is not None:
                    standing[record.key.decode()] = record.value
        finally:
            reader.close()
        return standing

    def close(self) -> None:
        self._sources.close()

    def _dead_letters(self, sources: tuple[str, ...]) -> set[Where]:
        reader = WholeTopics(self._servers, [dead_letter_topic(topic) for topic in sources])
        try:
            return {_origin(record) for record in reader.records()}
        finally:
            reader.close()


def _event(record: Any) -> ClaimEvent | MalformedEvent:
    try:
        return decode_record(record.value, record.headers, None)
    except MalformedEvent as error:
        return error


def _origin(letter: Any) -> Where:
    """Where a dead letter was read; the last headers of these names are ours."""
    named = dict(letter.headers)
    topic, partition, offset = (named.get(name, b"").decode() for name in _ORIGIN)
    return topic, int(partition or -1), int(offset or -1)
