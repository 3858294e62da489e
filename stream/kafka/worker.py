"""The Kafka worker: a Faust app whose one agent puts every chunk on the desk."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import faust
from faust.types import TP

from engine.book import Book
from stream.dead_letters import BadInputGuard
from stream.kafka.batches import BatchWriter
from stream.kafka.chunks import ChunkApp, chunk_agent, chunked_app
from stream.kafka.consumer import Chunk
from stream.kafka.desk import Desk
from stream.kafka.states import StateTable
from stream.kafka.topics import Topics, ensure

WAKE_SECONDS: Final = 0.25  # how often event time is looked at


def kafka_worker(
    servers: str,
    prefix: str,
    partitions: int,
    datadir: Path,
    book: Book,
    guard: BadInputGuard,
    *,
    chunk_events: int = 2000,
    states_in_memory: int = 50_000,
    session_timeout: float = 10.0,
) -> KafkaWorker:
    """Make the worker; its topics are created first and checked for equal partitions.

    ``states_in_memory`` counts decoded states a partition.
    """
    topics = Topics(prefix)
    ensure(servers, prefix, partitions)
    datadir.mkdir(parents=True, exist_ok=True)
    sources = topics.co_partitioned[:-1]  # all but the changelog
    app = chunked_app(
        topics.app_id,
        servers,
        sources,
        datadir=str(datadir),
        max_chunk=chunk_events,
        session_timeout=session_timeout,
    )
    desk = Desk(
        topics,
        partitions,
        book,
        StateTable(app),
        BatchWriter(app.batch_producer),
        guard,
        servers,
        states_in_memory=states_in_memory,
    )
    _keep_time(app, desk)

    @chunk_agent(app, *sources)
    async def audit_chunks(chunk: Chunk) -> None:
        await desk.take(chunk, caught_up=_is_caught_up(app, chunk))

    return KafkaWorker(app, desk)


def _keep_time(app: ChunkApp, desk: Desk) -> None:
    """Hear registers and event time for as long as the worker runs, and wake what is due."""

    @app.task  # type: ignore[untyped-decorator]  # Faust is untyped
    async def keep_time() -> None:
        await desk.start()
        try:
            while not app.should_stop:
                await desk.hear_the_time()
                await desk.wake(app.work)
                await desk.sweep(app.work)
                await asyncio.sleep(WAKE_SECONDS)
        finally:
            await desk.stop()


def _is_caught_up(app: Any, chunk: Chunk) -> bool:
    """Whether nothing was left to read behind this chunk when it was fetched."""
    end = app.consumer.highwater(TP(chunk.topic, chunk.partition))
    return end is None or chunk.last_offset + 1 >= end


@dataclass(frozen=True)
class KafkaWorker:
    """A worker ready to run."""

    app: ChunkApp
    desk: Desk

    def run(self) -> None:
        """Run until told to stop; raises `TooManyBadEvents` when bad input stopped it."""
        try:
            faust.Worker(self.app, loglevel="WARNING").execute_from_commandline()
        except SystemExit as ended:
            if self.desk.stopped_by is not None:
                raise self.desk.stopped_by from ended
            if ended.code:
                raise
