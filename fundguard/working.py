"""Running the stream worker that the settings ask for, until it is told to stop."""

from __future__ import annotations

import signal
import sys
import threading
from importlib import import_module
from typing import Final

from engine.book import Book, build_book
from fundguard.knowledge.store import load_current
from fundguard.settings import Settings
from stream import metrics
from stream.dead_letters import BadInputGuard, TooManyBadEvents
from stream.local.worker import LocalWorker

STOPPED_BY_BAD_INPUT: Final = 3  # exit code; restarting would only stop again


def book_of(settings: Settings) -> Book:
    """The book of this release with the knowledge imported here."""
    return build_book(
        knowledge=load_current(settings.data_dir), pseudonym_key=settings.pseudonym_secret
    )


def work(settings: Settings) -> int:
    """Run the worker; the exit code."""
    if settings.metrics_port:
        metrics.serve(settings.metrics_port)
    import_module("river.anomaly")  # takes seconds; the first chunk must not wait for it
    try:
        if settings.broker == "local":
            _work_locally(settings)
        else:
            _work_on_kafka(settings)
    except TooManyBadEvents as reason:
        sys.stderr.write(f"工作进程已停止：{reason}\n")
        return STOPPED_BY_BAD_INPUT
    return 0


def _work_locally(settings: Settings) -> None:
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    worker = LocalWorker(
        settings.data_dir,
        book_of(settings),
        _guard(settings),
        chunk_events=settings.chunk_events,
        states_in_memory=settings.states_in_memory,
        log_days=settings.log_days,
    )
    try:
        worker.run(stop.is_set)
    finally:
        worker.close()


def _work_on_kafka(settings: Settings) -> None:
    from stream.kafka.worker import kafka_worker

    kafka_worker(
        settings.kafka_servers,
        settings.topic_prefix,
        settings.partitions,
        settings.data_dir / "worker",
        book_of(settings),
        _guard(settings),
        chunk_events=settings.chunk_events,
        states_in_memory=max(100, settings.states_in_memory // settings.partitions),
    ).run()


def _guard(settings: Settings) -> BadInputGuard:
    return BadInputGuard(settings.bad_share, settings.bad_run)
