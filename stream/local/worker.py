"""The local worker: chunk by chunk from the log through the engine, each in one transaction.

Alerts, states, registers, dead letters and the offset are committed together, so an effect
happens exactly once however often the process is killed. In between it tidies up: states that no
window reaches any more and events that the log need not keep go, a small batch at a time.
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
from domain.moments import DAY, Moment, day_of, start_of_day
from engine.auditor import Auditor, Chunk, Wakes
from engine.book import Book
from stream import metrics
from stream.dead_letters import BadInputGuard
from stream.local.database import connect
from stream.local.log import transaction
from stream.local.states import StatesInSqlite

IDLE_SECONDS: Final = 0.05  # between looks at an empty log
TIDY_ROWS: Final = 500  # forgotten in one transaction
FREE_PAGES: Final = 256  # left for what comes next; more are given back to the disk
_REGISTER: Final = msgspec.msgpack.Decoder(Registered)


class LocalWorker:
    """Audits the log of one data directory; there must be one worker a directory.

    Events stay in the log for ``log_days`` of event time; 0 keeps them all.
    """

    def __init__(
        self,
        folder: Path,
        book: Book,
        guard: BadInputGuard,
        *,
        chunk_events: int = 2000,
        states_in_memory: int = 200_000,
        log_days: int = 0,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._database = connect(folder)
        self._guard = guard
        self._chunk_events = chunk_events
        self._log_days = log_days
        self._now = now
        self._states = StatesInSqlite(self._database, book.subjects, states_in_memory)
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
        """Audit until told to stop; a chunk under way is finished first.

        It tidies up only while no more events wait, so that years of history that are loaded in
        an order of their own are not forgotten half-way.
        """
        while not stopping():
            taken = self.step()
            if taken < self._chunk_events and not self.tidy() and not taken:
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

    def tidy(self) -> bool:
        """Forget a small batch of what event time has left behind; whether there was any."""
        expired = self._states.expired(self._auditor.clock, TIDY_ROWS)
        if expired:
            with transaction(self._database):
                self._states.forget(expired)
        return any((bool(expired), self._trim(), self._shrink()))

    def _trim(self) -> bool:
        """Cut applied events off the beginning of the log; dead letters stay."""
        if not self._log_days:
            return False
        first_day = day_of(self._auditor.clock) - self._log_days
        database = self._database
        (last,) = database.execute(
            "SELECT max(last_offset) FROM days WHERE day < ?", (first_day,)
        ).fetchone()
        if last is None:
            return False
        with transaction(database):
            (cut,) = database.execute(
                "SELECT min(trimmed + ?, ?) FROM progress", (TIDY_ROWS, last)
            ).fetchone()
            database.execute("DELETE FROM events WHERE log_offset <= ?", (cut,))
            database.execute(
                "UPDATE progress SET trimmed = ?, kept_since = ?", (cut, start_of_day(first_day))
            )
            if cut == last:
                database.execute("DELETE FROM days WHERE day < ?", (first_day,))
        return True

    def _shrink(self) -> bool:
        """Give pages that became free back to the disk."""
        (free,) = self._database.execute("PRAGMA freelist_count").fetchone()
        if free <= FREE_PAGES:
            return False
        self._database.execute(f"PRAGMA incremental_vacuum({TIDY_ROWS})").fetchall()
        return True

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
            clock = self._auditor.clock
            database.execute("UPDATE progress SET applied = ?, clock = ?", (offset, clock))
            database.execute("INSERT OR REPLACE INTO days VALUES (?, ?)", (day_of(clock), offset))
        self._applied = offset
