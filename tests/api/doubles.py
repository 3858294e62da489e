"""What `fundguard` wires in production, in memory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from api.events import EventSinkUnavailable, ReceivedEvent
from api.intake import AlertRecord
from api.outbox import OutgoingEvent
from domain.alerts import Alert
from tests.api.alerts import records


class MemorySource:
    """A topic of alerts; `poll` answers a few at a time, as Kafka does."""

    def __init__(self, *alerts: Alert) -> None:
        self.records: list[AlertRecord] = records(alerts)
        self.failures = 0
        self.at_once = 3

    def send(self, key: str, value: bytes | None, partition: str = "alerts-0") -> None:
        offset = sum(1 for record in self.records if record.partition == partition)
        self.records.append(AlertRecord(partition, offset, key, value))

    def send_alerts(self, *alerts: Alert) -> None:
        for record in records(alerts):
            self.send(record.key, record.value)

    def poll(self, position: Mapping[str, int]) -> Sequence[AlertRecord]:
        if self.failures:
            self.failures -= 1
            raise ConnectionError("the broker is away")
        return list(islice(self._waiting(position), self.at_once))

    def behind(self, position: Mapping[str, int]) -> int:
        return sum(1 for _ in self._waiting(position))

    def _waiting(self, position: Mapping[str, int]) -> Iterator[AlertRecord]:
        for record in self.records:
            if record.offset >= position.get(record.partition, 0):
                yield record


class MemoryPublisher:
    """A topic to send to, which can be away for a while."""

    def __init__(self) -> None:
        self.events: list[OutgoingEvent] = []
        self.failures = 0

    def publish(self, events: Sequence[OutgoingEvent]) -> None:
        if self.failures:
            self.failures -= 1
            raise ConnectionError("the broker is away")
        self.events += events


class MemorySink:
    """Where claim events go; it can refuse."""

    def __init__(self) -> None:
        self.events: list[ReceivedEvent] = []
        self.is_away = False

    def accept(self, events: Sequence[ReceivedEvent]) -> None:
        if self.is_away:
            raise EventSinkUnavailable
        self.events += events
