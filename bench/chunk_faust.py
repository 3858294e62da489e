"""The real Kafka worker, as a process of its own: ``BROKER PREFIX PARTITIONS DATADIR``."""

from __future__ import annotations

import sys
from pathlib import Path

import river.anomaly  # noqa: F401  # start-up, not cost

from engine.book import build_book
from stream.dead_letters import BadInputGuard
from stream.kafka.worker import kafka_worker

if __name__ == "__main__":
    broker, prefix, partitions, datadir = sys.argv[1:]
    guard = BadInputGuard(1, 10**9)
    kafka_worker(broker, prefix, int(partitions), Path(datadir), build_book(), guard).run()
