"""On a real broker, states that event time left behind become tombstones on the changelog."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import msgspec
import pytest

from domain.moments import moment
from fundguard.examples import event
from rules.subjects.institution_day import key_of as institution_day
from stream.kafka.reading import WholeTopics
from stream.kafka.topics import Topics, ensure
from tests.integration.streams import PARTITIONS, final_alerts, publish
from tests.travel import settled

pytestmark = pytest.mark.integration

_IMPATIENT = """
import sys
import stream.kafka.calm
stream.kafka.calm.CALM_SECONDS = 1
from fundguard.__main__ import main
sys.argv = ["fundguard", "worker"]
main()
"""


def last_rows(kafka: str, prefix: str) -> dict[bytes, bytes | None]:
    reader = WholeTopics(kafka, [Topics(prefix).changelog])
    rows = {record.key: record.value for record in reader.records() if record.key[:1] != b"\0"}
    reader.close()
    return rows


def test_a_person_who_went_quiet_for_years_is_deleted_from_the_changelog(
    kafka: str, fresh_prefix: str, tmp_path: Path
) -> None:
    ensure(kafka, fresh_prefix, PARTITIONS)
    shorts = [
        settled(1, "P-quiet", "PH1", "2022-01-01 09:00:00"),
        settled(2, "P-here", "PH1", "2026-05-01 09:00:00"),
    ]
    publish(
        kafka, fresh_prefix, [msgspec.json.encode(event(one, n)) for n, one in enumerate(shorts)]
    )
    settings = {
        "FUNDGUARD_BROKER": f"kafka://{kafka}",
        "FUNDGUARD_TOPIC_PREFIX": fresh_prefix,
        "FUNDGUARD_PARTITIONS": str(PARTITIONS),
        "FUNDGUARD_DATA_DIR": str(tmp_path),
    }
    command = [sys.executable, "-c", _IMPATIENT]
    with (tmp_path / "worker.log").open("wb") as log:
        worker = subprocess.Popen(command, stdout=log, stderr=log, env=os.environ | settings)
    try:
        final_alerts(kafka, fresh_prefix)
        deadline = time.monotonic() + 30
        while (rows := last_rows(kafka, fresh_prefix))[b"person\x1fP-quiet"] is not None:
            assert time.monotonic() < deadline
            time.sleep(0.5)
    finally:
        worker.terminate()
        worker.wait(30)
    assert rows[b"person\x1fP-here"] is not None
    assert (
        rows[f"institution_day\x1f{institution_day('PH1', moment('2022-01-01'))}".encode()] is None
    )
