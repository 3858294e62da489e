"""The Kafka shell on a real broker ends with the alerts of a file audit, killed or not."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from kafka import KafkaConsumer

from domain.decode import decode
from engine.auditor import Auditor, StatesInMemory
from engine.book import build_book
from stream.kafka.alerts import KafkaAlerts
from stream.kafka.lag import lag
from stream.kafka.publisher import KafkaPublisher
from stream.kafka.topics import Topics, dead_letter_topic, ensure
from tests.travel import journeys

pytestmark = pytest.mark.integration

PARTITIONS = 4
ROOT = Path(__file__).parents[2]
SCRIPT = Path(__file__).with_name("travel_worker.py")
SETTLED_SECONDS = 2.0  # nothing new on any topic for this long: all is said
Start = Callable[[str], subprocess.Popen[bytes]]


@pytest.fixture
def start(kafka: str, fresh_prefix: str, tmp_path: Path) -> Iterator[Start]:
    ensure(kafka, fresh_prefix, PARTITIONS)
    workers: list[subprocess.Popen[bytes]] = []

    def start_one(name: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, str(SCRIPT), kafka, fresh_prefix, str(tmp_path / name), "ID-02"]
        with (tmp_path / f"{name}.log").open("ab") as log:
            worker = subprocess.Popen(
                command, stdout=log, stderr=log, env=os.environ | {"PYTHONPATH": str(ROOT)}
            )
        workers.append(worker)
        return worker

    yield start_one
    for worker in workers:
        if worker.poll() is None:
            worker.send_signal(signal.SIGTERM)
            worker.wait(30)


def expected(events: list[bytes]) -> dict[str, bytes]:
    auditor = Auditor(build_book(only=["ID-02"]), StatesInMemory())
    alerts = auditor.take([decode(raw) for raw in events]).alerts
    return {id_: body for id_, body in alerts.items() if body is not None}


def publish(kafka: str, prefix: str, events: list[bytes]) -> None:
    with KafkaPublisher(kafka, prefix) as publisher:
        publisher.append(events)


def final_alerts(kafka: str, prefix: str, seconds: float = 90) -> dict[str, bytes]:
    """Wait until the workers have nothing left to read, then the last form of every alert."""
    topics = Topics(prefix)
    deadline, quiet_since, ends = time.monotonic() + seconds, 0.0, -1
    while True:
        rows = lag(kafka, topics.app_id, topics.co_partitioned[:-1])
        end = sum(row.end for row in rows)
        if any(row.lag for row in rows) or end != ends:
            quiet_since, ends = time.monotonic(), end
        elif time.monotonic() - quiet_since > SETTLED_SECONDS:
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
    return standing


@pytest.mark.parametrize("workers", [1, 2])
def test_ends_with_the_alerts_of_a_file_audit(
    kafka: str, fresh_prefix: str, start: Start, workers: int
) -> None:
    events = journeys(120)
    for number in range(workers):
        start(f"worker-{number}")
    publish(kafka, fresh_prefix, events)
    assert final_alerts(kafka, fresh_prefix) == expected(events)


def test_kill_9_in_the_middle_leaves_the_same_alerts(
    kafka: str, fresh_prefix: str, start: Start
) -> None:
    events, chance = journeys(400), random.Random(5)
    for round_ in range(3):
        third = len(events) // 3 + 1
        publish(kafka, fresh_prefix, events[round_ * third : (round_ + 1) * third])
        worker = start("worker")
        time.sleep(chance.uniform(3, 6))
        worker.kill()
        worker.wait()
    start("worker")
    assert final_alerts(kafka, fresh_prefix) == expected(events)


def test_a_bad_event_lies_untouched_among_the_dead_letters(
    kafka: str, fresh_prefix: str, start: Start
) -> None:
    events = journeys(60)
    start("worker")
    publish(kafka, fresh_prefix, [*events, b"{nonsense"])
    assert final_alerts(kafka, fresh_prefix) == expected(events)
    topic = dead_letter_topic(Topics(fresh_prefix).claim_events)
    consumer = KafkaConsumer(
        topic,
        bootstrap_servers=kafka,
        auto_offset_reset="earliest",
        consumer_timeout_ms=3000,
        group_id=None,
    )
    letters = list(consumer)
    consumer.close()
    assert [letter.value for letter in letters] == [b"{nonsense"]
    headers = dict(letters[0].headers)
    assert headers["dlq.stage"] == b"decode"
    assert headers["dlq.original-topic"].decode() == Topics(fresh_prefix).claim_events
    assert "dlq.error" in headers
