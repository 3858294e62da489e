"""Publishes raw structured-mode events to their topics, keyed as the contract says."""

from __future__ import annotations

from collections.abc import Sequence
from types import TracebackType
from typing import Any, Final, Self

import msgspec
from kafka import KafkaProducer
from msgspec import Struct

from stream.kafka.topics import Topics, addresses

LINGER_MS: Final = 20
FLUSH_SECONDS: Final = 120


class _Data(Struct):
    psn_no: str | None = None
    fixmedins_code: str | None = None
    kind: str | None = None
    id: str | None = None
    alert_id: str | None = None


class _Envelope(Struct):
    type: str = ""
    data: _Data = msgspec.field(default_factory=_Data)


_DECODER: Final = msgspec.json.Decoder(_Envelope)


class KafkaPublisher:
    """A producer that has everything acknowledged by all replicas before `append` returns."""

    def __init__(self, servers: str, prefix: str) -> None:
        self._topics = Topics(prefix)
        self._producer = KafkaProducer(
            bootstrap_servers=addresses(servers), acks="all", linger_ms=LINGER_MS
        )

    def append(self, events: Sequence[bytes]) -> None:
        sent = [self._send(raw) for raw in events]
        self._producer.flush(FLUSH_SECONDS)
        for future in sent:
            future.get(timeout=FLUSH_SECONDS)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._producer.close()

    def _send(self, raw: bytes) -> Any:
        topic, key = route(raw, self._topics)
        return self._producer.send(
            topic,
            key=key,
            value=raw,
            headers=[("content-type", b"application/cloudevents+json")],
        )


def route(raw: bytes, topics: Topics) -> tuple[str, bytes | None]:
    """The topic and key of an event; one that cannot be read goes where its dead letter will be.

    >>> topics = Topics()
    >>> route(b'{"type":"cn.fundguard.inventory.moved.v1","data":{"fixmedins_code":"H1"}}', topics)
    ('fundguard.inventory.v1', b'H1')
    >>> route(b'nonsense', topics)
    ('fundguard.claim-events.v1', None)
    """
    try:
        envelope = _DECODER.decode(raw)
    except msgspec.DecodeError:
        return topics.claim_events, None
    data = envelope.data
    name = envelope.type.removeprefix("cn.fundguard.").removesuffix(".v1")
    if name == "inventory.moved":
        return topics.inventory, _key(data.fixmedins_code)
    if name == "reference.changed":
        return topics.reference, _key(f"{data.kind}:{data.id}")
    if name == "review.decided":
        return topics.feedback, _key(data.alert_id)
    if name == "audit.feedback":
        return topics.feedback, _key(data.psn_no)
    return topics.claim_events, _key(data.psn_no)


def _key(text: str | None) -> bytes | None:
    return text.encode() if text else None
