"""The doors that are measured: each audits the same events and says what it cost.

Costs are CPU seconds of the auditing process alone, start-up left out, so that "events/s a core"
means what it says however many others share the machine.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from uuid import uuid4

import river.anomaly  # noqa: F401  # the models' first use imports it: start-up, not cost
from kafka.admin import KafkaAdminClient
from kafka.errors import KafkaError

from domain.decode import decode
from engine.auditor import Auditor, StatesInMemory
from engine.book import build_book
from fundguard.auditing import CHUNK
from stream.dead_letters import BadInputGuard
from stream.kafka.lag import lag
from stream.kafka.publisher import KafkaPublisher
from stream.kafka.topics import Topics, ensure
from stream.local.log import EventLog
from stream.local.worker import LocalWorker

PARTITIONS: Final = 4
TICKS: Final = os.sysconf("SC_CLK_TCK")
QUIET_SECONDS: Final = 1.5
PATIENCE_SECONDS: Final = 900


@dataclass(frozen=True)
class Measured:
    """What one run of a door took."""

    door: str
    events: int
    cpu_seconds: float
    wall_seconds: float
    rss_mb: float

    @property
    def rate(self) -> float:
        """Events a second and core."""
        return self.events / self.cpu_seconds


@dataclass(frozen=True)
class Traffic:
    """Registers, which every door reads before it is measured, and the events it is measured on."""

    registers: Sequence[bytes]
    claims: Sequence[bytes]

    def first(self, count: int) -> Traffic:
        return Traffic(self.registers, self.claims[:count])


def files(traffic: Traffic) -> Measured:
    """`fundguard audit`: decode, audit, all states in memory."""
    auditor = Auditor(build_book(), StatesInMemory())
    auditor.take([decode(raw) for raw in traffic.registers])
    with _own_cost() as cost:
        for chunk in _chunks(traffic.claims, CHUNK):
            auditor.take([decode(raw) for raw in chunk])
    return cost("files", len(traffic.claims))


def local(traffic: Traffic) -> Measured:
    """The local shell, from its log to its alerts, every chunk committed to disk."""
    with TemporaryDirectory() as folder:
        log = EventLog(Path(folder))
        log.append(traffic.registers)
        worker = LocalWorker(Path(folder), build_book(), BadInputGuard(1, 10**9))
        while worker.step():
            pass
        for chunk in _chunks(traffic.claims):
            log.append(chunk)
        log.close()
        with _own_cost() as cost:
            while worker.step():
                pass
        worker.close()
    return cost("local", len(traffic.claims))


def _chunks(events: Sequence[bytes], size: int = 2000) -> Iterator[Sequence[bytes]]:
    return (events[start : start + size] for start in range(0, len(events), size))


def kafka(traffic: Traffic, broker: str) -> Measured:
    """The Kafka worker: chunks in, states and changelog, projections and alerts out."""
    prefix = f"bench-{uuid4().hex[:8]}"
    ensure(broker, prefix, PARTITIONS)
    with TemporaryDirectory() as folder:
        command = [
            sys.executable,
            "-m",
            "bench.chunk_faust",
            broker,
            prefix,
            str(PARTITIONS),
            folder,
        ]
        return _faust("kafka", command, traffic, broker, prefix, Topics(prefix).app_id)


def ordinary(traffic: Traffic, broker: str) -> Measured:
    """The ordinary Faust form of the same job."""
    prefix = f"bench-{uuid4().hex[:8]}"
    ensure(broker, prefix, PARTITIONS)
    group = f"{prefix}-ordinary"
    _create(broker, [f"{prefix}.ordinary-projections", f"{group}-states-changelog"])
    with TemporaryDirectory() as folder:
        module = "bench.ordinary_faust"
        command = [sys.executable, "-m", module, broker, prefix, str(PARTITIONS), folder]
        return _faust("ordinary", command, traffic, broker, prefix, group)


def _create(broker: str, names: Sequence[str]) -> None:
    client = KafkaAdminClient(bootstrap_servers=broker)
    try:
        client.create_topics({name: {"num_partitions": PARTITIONS} for name in names})
        client.wait_for_topics(list(names))
    except KafkaError as error:
        raise SystemExit(f"cannot create topics: {error}") from error
    finally:
        client.close()


def _faust(
    door: str, command: Sequence[str], traffic: Traffic, broker: str, prefix: str, group: str
) -> Measured:
    """Let an idle worker have the events, and take its CPU time until it has read everything."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        sources = _sources(prefix, group)
        with KafkaPublisher(broker, prefix) as publisher:
            publisher.append(traffic.registers)
            _wait_until_read(process, broker, group, sources)
            before, started = _cpu_seconds(process.pid), time.perf_counter()
            for chunk in _chunks(traffic.claims):
                publisher.append(chunk)
        wall = _wait_until_read(process, broker, group, sources) - started
        return Measured(
            door,
            len(traffic.claims),
            _cpu_seconds(process.pid) - before,
            wall,
            _rss_mb(process.pid),
        )
    finally:
        process.kill()
        process.wait()


def _sources(prefix: str, group: str) -> tuple[str, ...]:
    topics = Topics(prefix)
    inputs = (topics.claim_events, topics.inventory, topics.reference)
    ordinary_form = group.endswith("-ordinary")
    return (*inputs, f"{prefix}.ordinary-projections" if ordinary_form else topics.projections)


def _wait_until_read(
    process: subprocess.Popen[bytes], broker: str, group: str, sources: Sequence[str]
) -> float:
    """Wait until nothing is left to read and nothing new comes; when that began."""
    quiet, ends = time.perf_counter(), -1
    deadline = quiet + PATIENCE_SECONDS
    while True:
        if process.poll() is not None:
            raise SystemExit(f"worker of {group} ended with {process.returncode}")
        rows = lag(broker, group, sources)
        end = sum(row.end for row in rows)
        if any(row.lag for row in rows) or end != ends:
            quiet, ends = time.perf_counter(), end
        elif time.perf_counter() - quiet > QUIET_SECONDS:
            return quiet
        if time.perf_counter() > deadline:
            raise SystemExit(f"worker of {group} is not through after {PATIENCE_SECONDS} s")
        time.sleep(0.2)


@contextmanager
def _own_cost() -> Iterator[Callable[[str, int], Measured]]:
    cpu, wall = time.process_time(), time.perf_counter()
    spent: list[float] = []
    yield lambda door, events: Measured(door, events, spent[0], spent[1], _rss_mb(os.getpid()))
    spent += [time.process_time() - cpu, time.perf_counter() - wall]


def _cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def _rss_mb(pid: int) -> float:
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6
