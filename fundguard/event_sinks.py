"""What the API hands on: events taken in over HTTP, and what its outbox has to tell."""

from __future__ import annotations

from collections.abc import Sequence

from api.events import ReceivedEvent
from api.outbox import OutgoingEvent
from fundguard.replaying import Publisher


class StreamSink:
    """Both go where events are published: the local log or the topics."""

    def __init__(self, publisher: Publisher) -> None:
        self._publisher = publisher

    def accept(self, events: Sequence[ReceivedEvent]) -> None:
        self._publisher.append([received.raw for received in events])

    def publish(self, events: Sequence[OutgoingEvent]) -> None:
        self._publisher.append([outgoing.event for outgoing in events])
