"""A simulated city through the Kafka shell ends like a file audit, with any number of workers."""

from __future__ import annotations

import random
import time
from pathlib import Path

import pytest

from tests.city import audited, city, differences, rule_alerts
from tests.integration.streams import final_alerts, publish, workers

pytestmark = pytest.mark.integration


def registers_first(events: tuple[bytes, ...]) -> tuple[list[bytes], list[bytes]]:
    registers = [raw for raw in events if b"fundguard.reference." in raw]
    return registers, [raw for raw in events if b"fundguard.reference." not in raw]


@pytest.mark.parametrize("count", [1, 3])
def test_a_city_ends_like_a_file_audit(
    kafka: str, fresh_prefix: str, tmp_path: Path, count: int
) -> None:
    registers, claims = registers_first(city())
    with workers(kafka, fresh_prefix, tmp_path) as start:
        for number in range(count):
            start(f"worker-{number}")
        publish(kafka, fresh_prefix, registers)
        publish(kafka, fresh_prefix, claims)
        found = rule_alerts(final_alerts(kafka, fresh_prefix))
        assert not differences(found, audited(city()))


def test_a_city_ends_like_a_file_audit_though_workers_are_killed(
    kafka: str, fresh_prefix: str, tmp_path: Path
) -> None:
    registers, claims = registers_first(city())
    chance = random.Random(8)
    with workers(kafka, fresh_prefix, tmp_path) as start:
        publish(kafka, fresh_prefix, registers)
        publish(kafka, fresh_prefix, claims)
        for _ in range(3):
            doomed = start("worker")
            time.sleep(chance.uniform(4, 8))
            doomed.kill()
            doomed.wait()
        start("worker")
        found = rule_alerts(final_alerts(kafka, fresh_prefix))
        assert not differences(found, audited(city()))
