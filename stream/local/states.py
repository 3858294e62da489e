"""States in SQLite, the most recently used of them decoded in memory."""

from __future__ import annotations

import sqlite3
from collections import OrderedDict
from collections.abc import Mapping, Sequence

from domain.moments import Moment
from engine.auditor import Place
from engine.state import State, decode, encode, expires_at
from rules.subjects.subject import Subject


class StatesInSqlite:
    """Implements `engine.auditor.States`; `write` and `forget` belong inside a transaction."""

    def __init__(
        self, database: sqlite3.Connection, subjects: Mapping[str, Subject], in_memory: int
    ) -> None:
        self._database = database
        self._subjects = subjects
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
        written, emptied = [], []
        for place, state in self._dirty.items():
            if state.is_empty():
                emptied.append(place)
            else:
                expires = expires_at(state, self._subjects[place[0]])
                written.append((*place, encode(state), state.next_wake(), expires))
        self._database.executemany(
            "INSERT INTO states VALUES (?, ?, ?, ?, ?) ON CONFLICT (subject, key) DO UPDATE SET "
            "record = excluded.record, wake_at = excluded.wake_at, "
            "expires_at = excluded.expires_at",
            written,
        )
        self._delete(emptied)
        self._dirty.clear()
        while len(self._decoded) > self._in_memory:
            self._decoded.popitem(last=False)

    def expired(self, clock: Moment, most: int) -> list[Place]:
        """Places whose state expired before this event time, the longest expired first."""
        return self._database.execute(
            "SELECT subject, key FROM states WHERE expires_at < ? ORDER BY expires_at LIMIT ?",
            (clock, most),
        ).fetchall()

    def forget(self, places: Sequence[Place]) -> None:
        """Forget these states but for their registers; call it when nothing is unwritten."""
        for place in places:
            state = self.get(place)
            state.forget()
            self.changed(place, state)
        self.write()
        for place in places:
            self._decoded.pop(place, None)

    def _delete(self, places: Sequence[Place]) -> None:
        self._database.executemany("DELETE FROM states WHERE subject = ? AND key = ?", places)
        for place in places:
            self._decoded.pop(place, None)
