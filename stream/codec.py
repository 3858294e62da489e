"""Records of the topics, read and written the same way by both shells."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

import msgspec
from msgspec import Struct

from domain.decode import decode, decode_binary
from domain.events import ClaimEvent
from domain.facts import AnyFact
from domain.findings import Filed
from domain.moments import Moment
from engine.audit import Emission

Headers = Iterable[tuple[str, bytes]]


def decode_record(value: bytes | None, headers: Headers, latest: Moment | None) -> ClaimEvent:
    """A claim event from a record's value and headers: binary CloudEvents mode where ``ce_*``
    headers say so, structured mode otherwise. Raises `domain.decode.MalformedEvent`."""
    named: Mapping[str, bytes] = {name: content for name, content in headers if content}
    if "ce_id" in named or "ce_type" in named:
        return decode_binary(named, value or b"", latest)
    return decode(value or b"", latest)


class _Carried(Struct, array_like=True):
    subject: str
    key: str
    ref: str
    fact: AnyFact | Filed | None


_DECODER: Final = msgspec.msgpack.Decoder(_Carried)
_ENCODER: Final = msgspec.msgpack.Encoder()


def encode_emission(emission: Emission) -> bytes:
    """What one subject tells another, as it lies on the projections topic."""
    return _ENCODER.encode((emission.subject, emission.key, emission.ref, emission.fact))


def decode_emission(record: bytes) -> Emission:
    carried = _DECODER.decode(record)
    return Emission(carried.subject, carried.key, carried.ref, carried.fact)
