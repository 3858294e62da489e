"""The local shell: nothing lost, nothing twice, whenever it is killed."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from domain.decode import decode
from engine.auditor import Auditor, StatesInMemory
from engine.book import build_book
from stream.dead_letters import BadInputGuard, TooManyBadEvents
from stream.local.alerts import LocalAlerts
from stream.local.database import connect
from stream.local.log import EventLog
from stream.local.worker import LocalWorker
from tests.travel import journeys


def expected(events: list[bytes]) -> dict[str, bytes]:
    """What a file audit of the same events ends with."""
    auditor = Auditor(build_book(only=["ID-02"]), StatesInMemory())
    alerts = auditor.take([decode(raw) for raw in events]).alerts
    return {id_: body for id_, body in alerts.items() if body is not None}


def worker(folder: Path, chunk_events: int = 7) -> LocalWorker:
    guard = BadInputGuard(share=0.2, run=1000)
    return LocalWorker(folder, build_book(only=["ID-02"]), guard, chunk_events=chunk_events)


def drain(local: LocalWorker) -> None:
    while local.step():
        pass
    local.close()


def standing(folder: Path) -> dict[str, bytes]:
    reader = LocalAlerts(folder)
    found = dict(reader.standing())
    reader.close()
    return found


def append(folder: Path, events: list[bytes]) -> None:
    log = EventLog(folder)
    log.append(events)
    log.close()


def test_ends_with_the_alerts_of_a_file_audit(tmp_path: Path) -> None:
    events = journeys(60)
    append(tmp_path, events)
    drain(worker(tmp_path))
    found = standing(tmp_path)
    assert found == expected(events)
    states = [body.count(b'"state":"open"') for body in found.values()]
    assert sum(states) == 10
    assert len(found) == 20


def test_a_second_worker_goes_on_where_the_first_stopped(tmp_path: Path) -> None:
    events = journeys(60)
    append(tmp_path, events[:50])
    drain(worker(tmp_path))
    append(tmp_path, events[50:])
    drain(worker(tmp_path))
    assert standing(tmp_path) == expected(events)


def test_a_bad_event_becomes_a_dead_letter_and_the_stream_goes_on(tmp_path: Path) -> None:
    events = journeys(60)
    append(tmp_path, [*events[:40], b"{nonsense", *events[40:]])
    drain(worker(tmp_path))
    assert standing(tmp_path) == expected(events)
    letters = connect(tmp_path).execute("SELECT stage, raw FROM dead_letters").fetchall()
    assert letters == [("decode", b"{nonsense")]


def test_a_flood_of_bad_events_stops_the_worker_before_anything_is_committed(
    tmp_path: Path,
) -> None:
    append(tmp_path, [b"bad"] * 200)
    local = worker(tmp_path, chunk_events=500)
    with pytest.raises(TooManyBadEvents):
        local.step()
    local.close()
    assert connect(tmp_path).execute("SELECT applied FROM progress").fetchone() == (0,)


_PROGRAM = """
import sys
from pathlib import Path
from tests.stream.test_local_worker import worker
local = worker(Path(sys.argv[1]), chunk_events=5)
print("ready", flush=True)
local.run(lambda: False)
"""


def test_kill_9_at_any_moment_leaves_the_same_alerts(tmp_path: Path) -> None:
    events = journeys(300)
    append(tmp_path, events)
    moments = random.Random(3)
    log = EventLog(tmp_path)
    kills = 0
    while log.waiting():
        process = subprocess.Popen(
            [sys.executable, "-c", _PROGRAM, str(tmp_path)],
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": "."},
        )
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(moments.uniform(0.01, 0.15) if kills < 6 else 1)
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
        kills += 1
    log.close()
    assert kills >= 2
    assert standing(tmp_path) == expected(events)
