"""From bytes to a claim event, or to a sentence that says why not.

Every input is hostile. `decode` raises nothing but `MalformedEvent`, whose ``stage`` and reason
go to the dead letters; no reason repeats a value of ``data``, which may name a person.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Final, Literal

import msgspec
from msgspec import Struct

from domain.events import (
    TYPES,
    CareDelivered,
    ClaimEvent,
    ClaimSettled,
    Closed,
    Data,
    FeeLine,
    FeesUploaded,
    InventoryMoved,
    Opened,
    ReferenceChanged,
    ReviewDecided,
    VitalsRecorded,
)
from domain.moments import END_OF_TIME, ImpossibleTime, Moment, from_datetime, moment
from domain.money import ImpossibleAmount, checked

LARGEST_EVENT: Final = 4 * 1024 * 1024  # bytes; a year-long stay with 20,000 lines fits
_PREFIX: Final = "cn.fundguard."
_SUFFIX: Final = ".v1"


class MalformedEvent(ValueError):
    """An event that can never be judged; the sender must correct and resend it."""

    def __init__(self, stage: Literal["decode", "schema"], reason: str) -> None:
        super().__init__(reason)
        self.stage = stage
        self.reason = reason


class _Envelope(Struct, frozen=True):
    id: str
    source: str
    type: str
    time: datetime
    data: msgspec.Raw
    specversion: str = "1.0"


_ENVELOPE: Final = msgspec.json.Decoder(_Envelope)
_DATA: Final = {name: msgspec.json.Decoder(kind) for name, kind in TYPES.items()}


def decode(raw: bytes | str, latest: Moment | None = None) -> ClaimEvent:
    """Read one structured-mode CloudEvent.

    ``latest`` is the last moment an event may claim to have happened at (the shell's clock plus
    its tolerance); a time beyond it would run the windows of everybody else ahead.
    """
    if len(raw) > LARGEST_EVENT:
        raise MalformedEvent("decode", f"事件超过 {LARGEST_EVENT} 字节")
    try:
        envelope = _ENVELOPE.decode(raw)
    except msgspec.ValidationError as error:
        raise MalformedEvent("schema", f"信封: {error}") from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise MalformedEvent("decode", f"不是 JSON: {error}") from error
    return _event(
        envelope.id, envelope.source, envelope.type, envelope.time, bytes(envelope.data), latest
    )


def decode_binary(
    headers: Mapping[str, bytes], value: bytes, latest: Moment | None = None
) -> ClaimEvent:
    """Read one binary-mode CloudEvent: attributes in ``ce_*`` headers, ``data`` as the value."""
    if len(value) > LARGEST_EVENT:
        raise MalformedEvent("decode", f"事件超过 {LARGEST_EVENT} 字节")
    try:
        attributes = {
            name: headers[f"ce_{name}"].decode() for name in ("id", "source", "type", "time")
        }
        stamp = datetime.fromisoformat(attributes["time"])
    except KeyError as error:
        raise MalformedEvent("schema", f"信封: 缺少 {error.args[0]}") from error
    except ValueError as error:
        raise MalformedEvent("schema", "信封: 头部不可读或 time 不是时间") from error
    return _event(attributes["id"], attributes["source"], attributes["type"], stamp, value, latest)


def _event(
    id_: str, source: str, kind: str, stamp: datetime, data: bytes, latest: Moment | None
) -> ClaimEvent:
    if not id_ or not source or any(mark.isspace() for mark in source):
        raise MalformedEvent("schema", "信封: id 或 source 为空, 或 source 含空白")
    if stamp.tzinfo is None:
        raise MalformedEvent("schema", "信封: time 缺少时区")
    if not (kind.startswith(_PREFIX) and kind.endswith(_SUFFIX)):
        raise MalformedEvent("schema", f"未知事件类型: {kind[:80]}")
    name = kind[len(_PREFIX) : -len(_SUFFIX)]
    decoder = _DATA.get(name)
    if decoder is None:
        raise MalformedEvent("schema", f"未知事件类型: {kind[:80]}")
    try:
        at = from_datetime(stamp)
        if latest is not None and at > latest:
            raise MalformedEvent("schema", "time 在将来")
        content = decoder.decode(data)
        _check(content, latest)
    except msgspec.ValidationError as error:
        raise MalformedEvent("schema", f"data: {error}") from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise MalformedEvent("decode", f"data 不是 JSON: {error}") from error
    except (ImpossibleTime, ImpossibleAmount) as error:
        raise MalformedEvent("schema", f"data: {type(error).__name__}") from error
    return ClaimEvent(ref=f"{id_} {source}", name=name, at=at, data=content, raw=data)


def _check(data: Data, latest: Moment | None) -> None:
    """Refuse identities that are empty, times that are none and amounts that cannot be."""
    match data:
        case Opened(begin=time) | Closed(end=time) | VitalsRecorded(recorded=time):
            _check_time(time, latest)
        case ClaimSettled():
            _check_time(data.settled, latest)
            _check_amounts(data.total, data.fund, data.account)
            _check_lines(data.lines or ())
        case FeesUploaded():
            _check_lines(data.lines)
        case InventoryMoved():
            _check_time(data.moved, latest)
            _check_amounts(data.quantity, data.price)
        case CareDelivered():
            _check_time(data.begin, latest)
            _check_time(data.end, latest)
        case ReferenceChanged():
            moment(data.valid_from)
            if data.valid_to:
                moment(str(data.valid_to))
        case ReviewDecided():
            moment(data.decided)
            _check_amounts(data.amount)
        case _:
            pass
    for identity in ("person", "institution", "settlement", "visit", "id", "alert", "code"):
        if getattr(data, identity, None) == "":
            raise MalformedEvent("schema", f"data: {identity} 为空")


def _check_time(written: str, latest: Moment | None) -> None:
    if moment(written) > (END_OF_TIME if latest is None else latest):
        raise MalformedEvent("schema", "data: 时间在将来")


def _check_lines(lines: list[FeeLine] | tuple[FeeLine, ...]) -> None:
    for line in lines:
        moment(line.occurred)
        _check_amounts(line.quantity, line.price, line.amount, line.covered, line.days)
        if not line.line_id:
            raise MalformedEvent("schema", "data: feedetl_sn 为空")


def _check_amounts(*amounts: Decimal | None) -> None:
    for amount in amounts:
        if amount is not None:
            checked(amount)
