"""Verification of a cluster finds every event decided once, and notices what is not."""

from __future__ import annotations

import json
import signal
from pathlib import Path

import pytest
from kafka import KafkaProducer
from typer.testing import CliRunner

from fundguard.commands.verify import app
from fundguard.kafka_ledger import KafkaLedger
from fundguard.verifying import verify
from stream.kafka.topics import Topics
from tests.city import house_book
from tests.integration.streams import final_alerts, publish, workers
from tests.travel import journeys

pytestmark = pytest.mark.integration


def test_a_cluster_is_sound_until_somebody_meddles_with_its_alerts(
    kafka: str, fresh_prefix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    events = [*journeys(120), b"{nonsense"]
    with workers(kafka, fresh_prefix, tmp_path) as start:
        worker = start("worker")
        publish(kafka, fresh_prefix, events)
        alerts = final_alerts(kafka, fresh_prefix)
        worker.send_signal(signal.SIGTERM)
        worker.wait(30)

    ledger = KafkaLedger(kafka, fresh_prefix)
    found = verify(ledger, house_book())
    ledger.close()
    assert found.sound, found
    assert (found.events, found.dead_letters, found.waiting) == (len(events), 1, 0)
    assert found.kept_since is None

    publish(kafka, fresh_prefix, [b"not read by anybody"])
    producer = KafkaProducer(bootstrap_servers=kafka)
    doomed = min(alerts)
    for partition in range(4):
        producer.send(Topics(fresh_prefix).alerts, key=b"forged", value=b"{}", partition=partition)
        producer.send(Topics(fresh_prefix).alerts, key=doomed.encode(), partition=partition)
    producer.close()
    monkeypatch.setenv("FUNDGUARD_BROKER", f"kafka://{kafka}")
    monkeypatch.setenv("FUNDGUARD_TOPIC_PREFIX", fresh_prefix)
    result = CliRunner().invoke(app, ["--json"])
    assert result.exit_code == 1
    told = json.loads(result.stdout)
    assert told["missing"] == [doomed]
    assert told["surplus"] == ["forged"]
    assert (told["waiting"], told["undecided"], told["events"]) == (1, [], len(events))
