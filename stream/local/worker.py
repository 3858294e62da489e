"""The local worker: chunk by chunk from the log through the engine, each in one transaction.

Alerts, states, registers, dead letters and the offset are committed together, so an effect
happens exactly once however often the process is killed.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import msgspec

from domain.decode import MalformedEvent, decode
from domain.events import ClaimEvent
from domain.facts import Registered
from domain.moments import DAY, Moment
from engine.auditor import Auditor, Chunk, Wakes
from engine.book import Book
from stream import metrics
from stream.dead_letters import BadInputGuard
from stream.local.database import connect
from stream.local.log import transaction
from stream.local.states import StatesInSqlite

IDLE_SECONDS: Final = 0.05  # between looks at an empty log
_REGISTER: Final = msgspec.msgpack.Decoder(Registered)


class LocalWorker:
    """Audits the log of one data directory; there must be one worker a directory."""

    def __init__(
        self,
        folder: Path,
        book: Book,
        guard: BadInputGuard,
        *,
        chunk_events: int = 2000,
        states_in_memory: int = 200_000,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._database = connect(folder)
        self._guard = guard
        self._chunk_events = chunk_events
        self._now = now
        self._states = StatesInSqlite(self._database, states_in_memory)
        self._applied, clock = self._database.execute(
            "SELECT applied, clock FROM progress"
        ).fetchone()
        for (record,) in self._database.execute("SELECT record FROM registers ORDER BY ref"):
            book.registers.put(_REGISTER.decode(record))
        pending = self._database.execute(
            "SELECT subject, key, wake_at FROM states WHERE wake_at IS NOT NULL"
        )
        wakes = Wakes(((subject, key), Moment(at)) for subject, key, at in pending)
        self._auditor = Auditor(book, self._states, clock=Moment(clock), wakes=wakes)

    def run(self, stopping: Callable[[], bool]) -> None:
        """Audit until told to stop; a chunk under way is finished first."""
        while not stopping():
            if not self.step():
                time.sleep(IDLE_SECONDS)

    def step(self) -> int:
        """Audit one chunk, if there is any; how many events it had."""
        rows = self._database.execute(
            "SELECT log_offset, raw FROM events WHERE log_offset > ? ORDER BY log_offset LIMIT ?",
            (self._applied, self._chunk_events),
        ).fetchall()
        if not rows:
            return 0
        with metrics.CHUNK_SECONDS.time():
            events, letters = self._decode(rows)
            chunk = self._auditor.take(events)
            self._commit(rows[-1][0], chunk, letters)
        metrics.count_events(events)
        metrics.count_chunk(chunk)
        metrics.CLOCK.set(self._auditor.clock)
        return len(rows)

    def close(self) -> None:
        self._database.close()

    def _decode(
        self, rows: list[tuple[int, bytes]]
    ) -> tuple[list[ClaimEvent], list[tuple[int, str, str, bytes]]]:
        latest = Moment(int(self._now()) + DAY)
        events: list[ClaimEvent] = []
        letters: list[tuple[int, str, str, bytes]] = []
        for offset, raw in rows:
            try:
                events.append(decode(raw, latest))
            except MalformedEvent as error:
                letters.append((offset, error.stage, error.reason, raw))
                metrics.REJECTED.labels(error.stage).inc()
                self._guard.saw(bad=True)
            else:
                self._guard.saw(bad=False)
        return events, letters

    def _commit(
        self, offset: int, chunk: Chunk, letters: list[tuple[int, str, str, bytes]]
    ) -> None:
        database = self._database
        with transaction(database):
            self._states.write()
            database.executemany(
                "DELETE FROM alerts WHERE alert_id = ?", [(id_,) for id_ in chunk.alerts]
            )
            database.executemany(
                "INSERT INTO alerts (alert_id, body) VALUES (?, ?)", chunk.alerts.items()
            )
            database.executemany(
                "INSERT OR REPLACE INTO registers VALUES (?, ?)",
                [(entry.ref, msgspec.msgpack.encode(entry)) for entry in chunk.registers],
            )
            database.executemany("INSERT INTO dead_letters VALUES (?, ?, ?, ?)", letters)
            database.execute(
                "UPDATE progress SET applied = ?, clock = ?", (offset, self._auditor.clock)
            )
        self._applied = offset
