"""The event log: what was taken in, in order, before anything is made of it."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path
from threading import Lock

from stream.local.database import connect


class EventLog:
    """Appends raw events, from any thread; an append that returned has survived."""

    def __init__(self, folder: Path) -> None:
        self._database = connect(folder)
        self._one_at_a_time = Lock()

    def append(self, events: Sequence[bytes]) -> None:
        """Append structured-mode CloudEvents, all or none."""
        with self._one_at_a_time, transaction(self._database):
            self._database.executemany(
                "INSERT INTO events (raw) VALUES (?)", [(raw,) for raw in events]
            )

    def waiting(self) -> int:
        """How many events the worker has not audited yet."""
        (count,) = self._database.execute(
            "SELECT count(*) FROM events, progress WHERE log_offset > applied"
        ).fetchone()
        return int(count)

    def close(self) -> None:
        self._database.close()


class transaction:  # reads as a statement
    """``BEGIN IMMEDIATE`` … ``COMMIT``; rolled back when the block raises."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database

    def __enter__(self) -> None:
        self._database.execute("BEGIN IMMEDIATE")

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        self._database.execute("COMMIT" if kind is None else "ROLLBACK")
