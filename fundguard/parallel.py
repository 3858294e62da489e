"""Several processes audit one file: each holds its share of the subjects.

Rounds keep them in step. In a round every process audits what has arrived for its subjects; what
they tell each other is carried to the next round, until all is quiet. What is decided does not
depend on how many there are, because it does not depend on the order of arrival.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from multiprocessing.connection import Connection
from types import TracebackType
from typing import Self
from zlib import crc32

from domain.events import ClaimEvent
from domain.moments import NEVER
from engine.audit import Emission
from engine.auditor import Auditor, Chunk, Place, StatesInMemory, arrivals_of
from engine.book import Book

Buckets = list[list[Emission]]
STOP_SECONDS = 1.0


class ProcessLost(RuntimeError):
    """One of the auditing processes died; what it held is gone, so the audit must start again."""


class ParallelAuditor(AbstractContextManager["ParallelAuditor"]):
    """An auditor whose subjects live in ``workers`` processes; registers must be complete."""

    def __init__(self, book: Book, workers: int) -> None:
        self._book = book
        self._workers = workers
        self._clock = NEVER
        self._pipes: list[Connection] = []
        self._processes: list[multiprocessing.process.BaseProcess] = []

    def __enter__(self) -> Self:
        context = multiprocessing.get_context("fork")  # the book is shared, not copied
        for _ in range(self._workers):
            mine, theirs = context.Pipe()
            serve = context.Process(
                target=_serve, args=(theirs, self._book, self._workers), daemon=True
            )
            serve.start()
            theirs.close()
            self._pipes.append(mine)
            self._processes.append(serve)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for pipe, process in zip(self._pipes, self._processes, strict=True):
            if process.is_alive():
                pipe.send(None)
                process.join(STOP_SECONDS)
                process.kill()
            pipe.close()

    def take(self, events: Sequence[ClaimEvent]) -> Chunk:
        """Audit these events and every wake-up that they make due."""
        chunk = Chunk()
        self._clock = max([self._clock, *(event.at for event in events)])
        waiting = bucketed(arrivals_of(events), self._workers)
        while any(waiting):
            waiting = self._round(waiting, chunk)
            if not any(waiting):
                waiting = self._round(waiting, chunk, wake=True)
        return chunk

    def _round(self, waiting: Buckets, chunk: Chunk, *, wake: bool = False) -> Buckets:
        for pipe, arrived in zip(self._pipes, waiting, strict=True):
            pipe.send((arrived, self._clock, wake))
        told: Buckets = [[] for _ in self._pipes]
        for pipe, process in zip(self._pipes, self._processes, strict=True):
            while not pipe.poll(STOP_SECONDS):
                if not process.is_alive():
                    raise ProcessLost(f"审核进程以 {process.exitcode} 退出")
            buckets, part = pipe.recv()
            for mine, theirs in zip(told, buckets, strict=True):
                mine += theirs
            _merge(chunk, part)
        return told


def bucketed(emissions: Iterable[Emission], count: int) -> Buckets:
    """Emissions by the process that holds their subject."""
    buckets: Buckets = [[] for _ in range(count)]
    for emission in emissions:
        buckets[_home((emission.subject, emission.key), count)].append(emission)
    return buckets


def _home(place: Place, count: int) -> int:
    return crc32("\x1f".join(place).encode()) % count


def _merge(chunk: Chunk, part: Chunk) -> None:
    chunk.alerts.update(part.alerts)
    chunk.too_late += part.too_late
    for rule, count in part.failures.items():
        chunk.failures[rule] = chunk.failures.get(rule, 0) + count


def _serve(pipe: Connection, book: Book, count: int) -> None:
    """One process: audit round by round until told to stop."""
    auditor = Auditor(book, StatesInMemory())
    while True:
        work = pipe.recv()
        if work is None:
            return
        arrived, clock, wake = work
        chunk = Chunk()
        auditor.clock = max(auditor.clock, clock)
        due = auditor.take_due(clock) if wake else ()
        told = auditor.round(arrived, due, chunk)
        pipe.send((bucketed(told, count), chunk))
