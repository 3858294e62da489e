"""Workers in processes of their own, and what they have said when they have nothing to read."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from stream.kafka.alerts import KafkaAlerts
from stream.kafka.lag import lag
from stream.kafka.publisher import KafkaPublisher
from stream.kafka.topics import Topics, ensure

PARTITIONS = 4
QUIET_SECONDS = 2.0  # nothing new on any topic for this long: all is said

Start = Callable[[str], subprocess.Popen[bytes]]


@contextmanager
def workers(kafka: str, prefix: str, folder: Path) -> Iterator[Start]:
    """Start workers by name; one name is one data folder. All are stopped at the end."""
    ensure(kafka, prefix, PARTITIONS)
    running: list[subprocess.Popen[bytes]] = []

    def start_one(name: str) -> subprocess.Popen[bytes]:
        settings = {
            "FUNDGUARD_BROKER": f"kafka://{kafka}",
            "FUNDGUARD_TOPIC_PREFIX": prefix,
            "FUNDGUARD_PARTITIONS": str(PARTITIONS),
            "FUNDGUARD_DATA_DIR": str(folder / name),
            "FUNDGUARD_CHUNK_EVENTS": "200",
        }
        command = [sys.executable, "-m", "fundguard", "worker"]
        with (folder / f"{name}.log").open("ab") as log:
            worker = subprocess.Popen(command, stdout=log, stderr=log, env=os.environ | settings)
        running.append(worker)
        return worker

    try:
        yield start_one
    finally:
        for worker in running:
            if worker.poll() is None:
                worker.send_signal(signal.SIGTERM)
        for worker in running:
            worker.wait(30)


def publish(kafka: str, prefix: str, events: Sequence[bytes]) -> None:
    with KafkaPublisher(kafka, prefix) as publisher:
        publisher.append(events)


def final_alerts(kafka: str, prefix: str, seconds: float = 120) -> dict[str, bytes]:
    """Wait until the workers have nothing left to read, then the last form of every alert."""
    topics = Topics(prefix)
    deadline, quiet_since, ends = time.monotonic() + seconds, 0.0, -1
    while True:
        rows = lag(kafka, topics.app_id, topics.co_partitioned[:-1])
        end = sum(row.end for row in rows)
        if any(row.lag for row in rows) or end != ends:
            quiet_since, ends = time.monotonic(), end
        elif time.monotonic() - quiet_since > QUIET_SECONDS:
            break
        assert time.monotonic() < deadline, [row for row in rows if row.lag]
        time.sleep(0.3)
    reader, position = KafkaAlerts(kafka, prefix), dict[str, int]()
    standing: dict[str, bytes] = {}
    while reader.count_after(position):
        for partition, offset, id_, body in reader.after(position):
            position[partition] = offset + 1
            standing.pop(id_, None)
            if body is not None:
                standing[id_] = body
    reader.close()
    return standing
