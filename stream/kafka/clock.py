"""Event time across workers: how far the whole stream has come.

Every worker notes, a source partition, the latest event time it has audited and whether anything
is left to read there. Event time is that of the slowest partition which still has something to
read; when all are read to their ends it is the latest of all, so that a quiet partition holds
nobody back. A wake-up that fires early for want of a late note does no lasting harm: what it says
is judged again when the missing fact arrives.
"""

from __future__ import annotations

import msgspec
from msgspec import Struct

from domain.moments import NEVER, Moment


class Note(Struct, array_like=True, frozen=True):
    """How far one partition has been audited, and whether that was its end."""

    at: Moment
    caught_up: bool


_DECODER = msgspec.msgpack.Decoder(Note)


class SharedClock:
    """The notes of all partitions, put together."""

    def __init__(self) -> None:
        self._notes: dict[bytes, Note] = {}
        self._now = NEVER

    def hear(self, partition: bytes, record: bytes) -> None:
        """Take in a note; event time never goes back."""
        known = self._notes.get(partition)
        note = read(record)
        latest = max(note.at, known.at) if known else note.at
        self._notes[partition] = Note(latest, note.caught_up)
        self._now = max(self._now, self._reached())

    def now(self) -> Moment:
        return self._now

    def _reached(self) -> Moment:
        behind = [note.at for note in self._notes.values() if not note.caught_up]
        if behind:
            return min(behind)
        return max(note.at for note in self._notes.values())


def read(record: bytes) -> Note:
    return _DECODER.decode(record)


def written(note: Note) -> bytes:
    return msgspec.msgpack.encode(note)
