"""Claim events over HTTP, for senders without Kafka: read, checked, handed on untouched."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple, Protocol

import msgspec

from domain.decode import MalformedEvent, decode
from domain.events import ClaimEvent
from domain.moments import Moment

SINGLE: Final = frozenset({"application/cloudevents+json", "application/json"})
BATCH: Final = "application/cloudevents-batch+json"
MOST_EVENTS: Final = 5_000
_RAW: Final = msgspec.json.Decoder(list[msgspec.Raw])


class EventSinkUnavailable(Exception):
    """Nothing takes events now: `fundguard`'s sink raises it, and we do when there is none."""


class UnreadableBody(ValueError):
    """Not JSON, not a batch, or a single event that can never be judged."""


class UnsupportedBody(ValueError):
    """A media type that is not one of CloudEvents' JSON forms."""


class ReceivedEvent(NamedTuple):
    """One event: its bytes as they came (structured mode), and what they mean."""

    raw: bytes
    event: ClaimEvent


class EventSink(Protocol):
    """Where accepted events go: a topic or the local log. `fundguard` wires it."""

    def accept(self, events: Sequence[ReceivedEvent]) -> None:
        """Take these events in this order; return only once all of them are safe."""


class Refused(NamedTuple):
    """One event of a batch that was not taken, and why; ``position`` counts from 0."""

    position: int
    stage: str
    detail: str


class Received(NamedTuple):
    accepted: Sequence[ReceivedEvent]
    refused: Sequence[Refused]


def read_events(body: bytes, content_type: str, latest: Moment) -> Received:
    """The events of a request body.

    A single event that cannot be judged is a bad request; in a batch the good ones are taken
    and the others named, so that one bad row does not hold up a night's upload.
    """
    media_type = content_type.partition(";")[0].strip().lower()
    if media_type in SINGLE:
        try:
            return Received([ReceivedEvent(body, decode(body, latest))], [])
        except MalformedEvent as error:
            raise UnreadableBody(error.reason) from error
    if media_type != BATCH:
        raise UnsupportedBody(media_type[:80])
    return _read_batch(body, latest)


def _read_batch(body: bytes, latest: Moment) -> Received:
    try:
        parts = _RAW.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise UnreadableBody("不是 CloudEvents 批次 (JSON 数组)") from error
    if len(parts) > MOST_EVENTS:
        raise UnreadableBody(f"一批最多 {MOST_EVENTS} 个事件")
    accepted: list[ReceivedEvent] = []
    refused: list[Refused] = []
    for position, part in enumerate(parts):
        raw = bytes(part)
        try:
            accepted.append(ReceivedEvent(raw, decode(raw, latest)))
        except MalformedEvent as error:
            refused.append(Refused(position, error.stage, error.reason))
    return Received(accepted, refused)
