"""A real worker for the tests: `python travel_worker.py BROKER PREFIX DATADIR [RULES]`."""

import sys
from pathlib import Path

from engine.book import build_book
from stream.dead_letters import BadInputGuard
from stream.kafka.worker import kafka_worker

broker, prefix, datadir, *rules = sys.argv[1:]
kafka_worker(
    broker,
    prefix,
    4,
    Path(datadir),
    build_book(only=rules or None),
    BadInputGuard(0.2, 1000),
    chunk_events=50,
    session_timeout=6.0,
).run()
