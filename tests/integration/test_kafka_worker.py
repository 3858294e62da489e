"""The Kafka shell on a real broker ends with the alerts of a file audit, killed or not."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from kafka import KafkaConsumer

from fundguard.working import STOPPED_BY_BAD_INPUT
from stream.kafka.topics import Topics, dead_letter_topic
from tests.city import audited, differences, rule_alerts
from tests.integration.streams import Start, final_alerts, publish, workers
from tests.travel import journeys

pytestmark = pytest.mark.integration


@pytest.fixture
def start(kafka: str, fresh_prefix: str, tmp_path: Path) -> Iterator[Start]:
    with workers(kafka, fresh_prefix, tmp_path) as start_one:
        yield start_one


@pytest.mark.parametrize("count", [1, 2])
def test_ends_with_the_alerts_of_a_file_audit(
    kafka: str, fresh_prefix: str, start: Start, count: int
) -> None:
    events = journeys(120)
    for number in range(count):
        start(f"worker-{number}")
    publish(kafka, fresh_prefix, events)
    found = rule_alerts(final_alerts(kafka, fresh_prefix))
    assert not differences(found, audited(events))


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
    found = rule_alerts(final_alerts(kafka, fresh_prefix))
    assert not differences(found, audited(events))


def test_a_bad_event_lies_untouched_among_the_dead_letters(
    kafka: str, fresh_prefix: str, start: Start
) -> None:
    events = journeys(60)
    start("worker")
    publish(kafka, fresh_prefix, [*events, b"{nonsense"])
    found = rule_alerts(final_alerts(kafka, fresh_prefix))
    assert not differences(found, audited(events))
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


def test_a_flood_of_bad_events_stops_the_worker_and_drains_nothing(
    kafka: str, fresh_prefix: str, start: Start
) -> None:
    publish(kafka, fresh_prefix, [b"bad"] * 600)
    assert start("worker").wait(60) == STOPPED_BY_BAD_INPUT
    topic = Topics(fresh_prefix).claim_events
    letters = KafkaConsumer(
        dead_letter_topic(topic),
        bootstrap_servers=kafka,
        auto_offset_reset="earliest",
        consumer_timeout_ms=2000,
        group_id=None,
    )
    assert len(list(letters)) < 200
    letters.close()
