"""States in SQLite, the most recently used of them decoded in memory."""

from __future__ import annotations

import sqlite3
from collections import OrderedDict

from engine.auditor import Place
from engine.state import State, decode, encode


class StatesInSqlite:
    """Implements `engine.auditor.States`; `write` belongs inside the chunk's transaction."""

    def __init__(self, database: sqlite3.Connection, in_memory: int) -> None:
        self._database = database
        self._in_memory = in_memory
        self._decoded: OrderedDict[Place, State] = OrderedDict()
        self._dirty: dict[Place, State] = {}

    def get(self, place: Place) -> State:
        known = self._decoded.get(place)
        if known is not None:
            self._decoded.move_to_end(place)
            return known
        row = self._database.execute(
            "SELECT record FROM states WHERE subject = ? AND key = ?", place
        ).fetchone()
        state = self._decoded[place] = decode(row[0] if row else None)
        return state

    def changed(self, place: Place, state: State) -> None:
        self._dirty[place] = state

    def write(self) -> None:
        """Write what changed since the last time, and let the least used go from memory."""
        self._database.executemany(
            "INSERT INTO states VALUES (?, ?, ?, ?) ON CONFLICT (subject, key) DO UPDATE "
            "SET record = excluded.record, wake_at = excluded.wake_at",
            [(*place, encode(state), state.next_wake()) for place, state in self._dirty.items()],
        )
        self._dirty.clear()
        while len(self._decoded) > self._in_memory:
            self._decoded.popitem(last=False)
