"""States of one partition, between the table's rows and the engine."""

from __future__ import annotations

import struct
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from typing import Final

from domain.moments import Moment
from engine.auditor import Place
from engine.state import State, decode, encode
from stream.kafka.states import StateTable

_WAKE: Final = struct.Struct(">q")  # in front of each row, so a scan for wake-ups decodes nothing


def key_of(place: Place) -> bytes:
    return "\x1f".join(place).encode()


def place_of(key: bytes) -> Place:
    subject, _, rest = key.decode().partition("\x1f")
    return subject, rest


def pending_wakes(table: StateTable, partition: int) -> Iterator[tuple[Place, Moment]]:
    """Every place of the partition that waits to be woken, and when."""
    for key, row in table.scan(partition):
        (wake,) = _WAKE.unpack_from(row)
        if wake:
            yield place_of(key), Moment(wake)


class PartitionStates:
    """Implements `engine.auditor.States` for a partition that is this worker's alone.

    ``fetch`` before auditing, `rows` after it. The most recently used states stay decoded.
    """

    def __init__(self, table: StateTable, partition: int, in_memory: int) -> None:
        self._table = table
        self._partition = partition
        self._in_memory = in_memory
        self._decoded: OrderedDict[Place, State] = OrderedDict()
        self._dirty: dict[Place, State] = {}

    def fetch(self, places: Iterable[Place]) -> None:
        """Have these states at hand, read in one go."""
        missing = {key_of(place): place for place in places if place not in self._decoded}
        found = self._table.get_many(list(missing), self._partition)
        for key, place in missing.items():
            row = found.get(key)
            self._decoded[place] = decode(None if row is None else row[_WAKE.size :])

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
        rows: dict[bytes, bytes | None] = {
            key_of(place): _WAKE.pack(state.next_wake() or 0) + encode(state)
            for place, state in self._dirty.items()
        }
        self._dirty.clear()
        while len(self._decoded) > self._in_memory:
            self._decoded.popitem(last=False)
        return rows
