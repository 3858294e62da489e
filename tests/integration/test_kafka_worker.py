"""The Kafka shell on a real broker ends with the alerts of a file audit, killed or not."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from kafka import KafkaConsumer

from domain.decode import decode
from engine.auditor import Auditor, StatesInMemory
from engine.book import build_book
from stream.kafka.topics import Topics, dead_letter_topic
from tests.integration.streams import Start, final_alerts, publish, workers
from tests.travel import journeys

pytestmark = pytest.mark.integration


@pytest.fixture
def start(kafka: str, fresh_prefix: str, tmp_path: Path) -> Iterator[Start]:
    with workers(kafka, fresh_prefix, tmp_path, "ID-02") as start_one:
        yield start_one


def expected(events: list[bytes]) -> dict[str, bytes]:
    auditor = Auditor(build_book(only=["ID-02"]), StatesInMemory())
    alerts = auditor.take([decode(raw) for raw in events]).alerts
    return {id_: body for id_, body in alerts.items() if body is not None}


@pytest.mark.parametrize("count", [1, 2])
def test_ends_with_the_alerts_of_a_file_audit(
    kafka: str, fresh_prefix: str, start: Start, count: int
) -> None:
    events = journeys(120)
    for number in range(count):
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
