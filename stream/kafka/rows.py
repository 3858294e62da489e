"""States of one partition, between the table's rows and the engine."""

from __future__ import annotations

import struct
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Final

from domain.moments import DAY, NEVER, Moment
from engine.auditor import Place
from engine.state import State, decode, encode, expires_at
from rules.subjects.subject import Subject
from stream.kafka.states import StateTable

_TIMES: Final = struct.Struct(">qq")  # wake and expiry before each row: a scan decodes nothing
_NO_EXPIRY: Final = 2**62
SWEPT_ROWS: Final = 1000  # looked at in one go


def key_of(place: Place) -> bytes:
    return "\x1f".join(place).encode()


def place_of(key: bytes) -> Place:
    subject, _, rest = key.decode().partition("\x1f")
    return subject, rest


def pending_wakes(table: StateTable, partition: int) -> Iterator[tuple[Place, Moment]]:
    """Every place of the partition that waits to be woken, and when."""
    for key, row in table.scan(partition):
        wake, _ = _TIMES.unpack_from(row)
        if wake:
            yield place_of(key), Moment(wake)


class PartitionStates:
    """Implements `engine.auditor.States` for a partition that is this worker's alone.

    ``fetch`` before auditing, `rows` after it. The most recently used states stay decoded.
    """

    def __init__(
        self, table: StateTable, partition: int, subjects: Mapping[str, Subject], in_memory: int
    ) -> None:
        self._table = table
        self._partition = partition
        self._subjects = subjects
        self._in_memory = in_memory
        self._swept_to = b""
        self._sweep_at = NEVER
        self._decoded: OrderedDict[Place, State] = OrderedDict()
        self._dirty: dict[Place, State] = {}

    def fetch(self, places: Iterable[Place]) -> None:
        """Have these states at hand, read in one go."""
        missing = {key_of(place): place for place in places if place not in self._decoded}
        found = self._table.get_many(list(missing), self._partition)
        for key, place in missing.items():
            row = found.get(key)
            self._decoded[place] = decode(None if row is None else row[_TIMES.size :])

    def get(self, place: Place) -> State:
        known = self._decoded.get(place)
        if known is None:
            self.fetch([place])
            known = self._decoded[place]
        self._decoded.move_to_end(place)
        return known

    def changed(self, place: Place, state: State) -> None:
        self._dirty[place] = state

    def rows(self) -> dict[bytes, bytes | None]:
        """What changed since the last time, as rows; the least used states go from memory."""
        rows = {key_of(place): self._row(place, state) for place, state in self._dirty.items()}
        self._dirty.clear()
        while len(self._decoded) > self._in_memory:
            self._decoded.popitem(last=False)
        return rows

    def sweep(self, clock: Moment) -> dict[bytes, bytes | None]:
        """Look at some rows on from where the last look ended; those to change, None to delete.

        What expired before this event time is forgotten but for its registers. A day after all
        rows were looked at they are looked at again. Call it when no change is unwritten.
        """
        if clock < self._sweep_at:
            return {}
        looked = list(islice(self._table.scan(self._partition, self._swept_to), SWEPT_ROWS))
        if len(looked) < SWEPT_ROWS:
            self._swept_to, self._sweep_at = b"", Moment(clock + DAY)
        else:
            self._swept_to = looked[-1][0] + b"\x00"
        rows = {}
        for key, row in looked:
            _, expires = _TIMES.unpack_from(row)
            if expires < clock:
                place = place_of(key)
                self._decoded.pop(place, None)
                state = decode(row[_TIMES.size :])
                state.forget()
                rows[key] = self._row(place, state)
        return rows

    def _row(self, place: Place, state: State) -> bytes | None:
        if state.is_empty():
            self._decoded.pop(place, None)
            return None
        expires = expires_at(state, self._subjects[place[0]])
        times = state.next_wake() or 0, _NO_EXPIRY if expires is None else expires
        return _TIMES.pack(*times) + encode(state)
