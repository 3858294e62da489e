"""The chunk path on a real broker: workers are killed, and still every record counts once."""

import asyncio
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from kafka import KafkaConsumer, TopicPartition

from stream.kafka.batches import batch_writer
from stream.kafka.lag import lag
from stream.kafka.topics import Topics, ensure

pytestmark = pytest.mark.integration

PARTITIONS = 4
KEYS = [b"person-%d" % number for number in range(100)]
SCRIPT = Path(__file__).with_name("counting_worker.py")
ROOT = Path(__file__).parents[2]


class Worker:
    """A worker in a process of its own, with its own data folder and a log to look into."""

    def __init__(self, broker: str, prefix: str, folder: Path, *options: str) -> None:
        self.log = folder.with_suffix(".log")
        command = [sys.executable, str(SCRIPT), broker, prefix, str(folder), *options]
        with self.log.open("ab") as log:
            self.read_from = log.tell()
            self.process = subprocess.Popen(
                command, stdout=log, stderr=log, env=os.environ | {"PYTHONPATH": str(ROOT)}
            )

    def lines(self, pattern: str) -> list[str]:
        return re.findall(pattern, self.log.read_bytes()[self.read_from :].decode())

    def wait_for(self, pattern: str, seconds: float = 30) -> str:
        _wait_until(lambda: bool(self.lines(pattern)), seconds, f"{pattern!r} in {self.log}")
        return self.lines(pattern)[0]

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(30)


StartWorker = Callable[..., Worker]


@pytest.fixture
def start(kafka: str, fresh_prefix: str, tmp_path: Path) -> Iterator[StartWorker]:
    ensure(kafka, fresh_prefix, PARTITIONS)
    workers: list[Worker] = []

    def start_one(name: str, *options: str) -> Worker:
        workers.append(Worker(kafka, fresh_prefix, tmp_path / name, *options))
        return workers[-1]

    yield start_one
    for worker in workers:
        if worker.process.poll() is None:
            worker.kill()


def test_every_record_counts_once_through_a_kill(
    kafka: str, fresh_prefix: str, start: StartWorker
) -> None:
    topics = Topics(fresh_prefix)
    one, two = start("one", "pause=0.05"), start("two", "pause=0.05")
    one.wait_for("CHUNK|Worker ready")
    two.wait_for("CHUNK|Worker ready")
    asyncio.run(_produce(kafka, topics, 0, 20_000))
    one.wait_for(r"(?s)(?:CHUNK.*){5}")
    owned = len(two.lines("ASSIGNED"))
    one.kill()
    assert _behind(kafka, topics) > 0
    _wait_until(lambda: len(two.lines("ASSIGNED")) > owned, 20, "the takeover")
    taken = two.lines(r"ASSIGNED \[(.*?)\]")[owned]
    assert len(taken.split(",")) == PARTITIONS // 2  # its own were never in doubt
    one = start("one")
    _wait_for_no_lag(kafka, topics)
    assert _counted(kafka, topics) == _expected(20_000)
    assert _values(kafka, topics.alerts) == {b"%d" % number for number in range(20_000)}
    assert one.stop() == two.stop() == 0


def test_rows_come_back_from_the_disk_and_from_the_changelog(
    kafka: str, fresh_prefix: str, start: StartWorker, tmp_path: Path
) -> None:
    topics = Topics(fresh_prefix)
    disk, copy = tmp_path / "one", tmp_path / "copy"
    _run_until_done(kafka, topics, start, 0, 3_000)
    shutil.copytree(disk, copy)

    with_disk = _run_until_done(kafka, topics, start, 3_000, 4_000)
    assert with_disk.lines(r"ASSIGNED .*rows=(\d+)") == ["100"]
    assert not with_disk.lines("Restoring state from changelog topics")

    shutil.rmtree(disk)
    without_disk = _run_until_done(kafka, topics, start, 4_000, 5_000)
    assert without_disk.lines(r"ASSIGNED .*rows=(\d+)") == ["100"]
    assert without_disk.lines("Restoring state from changelog topics")

    shutil.rmtree(disk)
    copy.rename(disk)
    with_old_disk = _run_until_done(kafka, topics, start, 5_000, 6_000)
    assert with_old_disk.lines("Restoring state from changelog topics")
    assert _counted(kafka, topics) == _expected(6_000)


def _run_until_done(
    broker: str, topics: Topics, start: StartWorker, first: int, stop: int
) -> Worker:
    asyncio.run(_produce(broker, topics, first, stop))
    worker = start("one")
    _wait_for_no_lag(broker, topics)
    assert worker.stop() == 0
    return worker


def test_a_chunk_whose_handler_fails_is_read_again(
    kafka: str, fresh_prefix: str, start: StartWorker
) -> None:
    topics = Topics(fresh_prefix)
    asyncio.run(_produce(kafka, topics, 0, 2_000))
    failing = start("one", "poison=1500")
    assert failing.process.wait(30) != 0
    mended = start("one")
    _wait_for_no_lag(kafka, topics)
    assert _counted(kafka, topics) == _expected(2_000)
    assert mended.stop() == 0


def test_partitions_move_to_a_new_worker_and_back(
    kafka: str, fresh_prefix: str, start: StartWorker
) -> None:
    topics = Topics(fresh_prefix)
    one = start("one", "pause=0.1")
    one.wait_for("Worker ready")
    asyncio.run(_produce(kafka, topics, 0, 20_000))
    one.wait_for("CHUNK")
    two = start("two", "pause=0.1")
    two.wait_for("CHUNK")
    one.wait_for("REVOKED")
    assert two.stop() == 0
    _wait_for_no_lag(kafka, topics)
    assert one.stop() == 0
    assert _counted(kafka, topics) == _expected(20_000)
    chunks = one.lines(r"CHUNK (.*)") + two.lines(r"CHUNK (.*)")
    assert len(chunks) == len(set(chunks))  # a peaceful move repeats nothing


def test_a_worker_that_slept_through_its_session_spoils_nothing(
    kafka: str, fresh_prefix: str, start: StartWorker
) -> None:
    topics = Topics(fresh_prefix)
    asyncio.run(_produce(kafka, topics, 0, 2_000))
    sleeper = start("one", "pause=0.5", "max_chunk=50")
    sleeper.wait_for(r"(?s)(?:CHUNK.*){3}")
    time.sleep(0.2)  # now it holds rows that it has not written
    sleeper.process.send_signal(signal.SIGSTOP)
    heir = start("two")
    _wait_for_no_lag(kafka, topics)
    sleeper.process.send_signal(signal.SIGCONT)
    assert sleeper.process.wait(30) != 0
    assert sleeper.lines("has another owner")
    heir.kill()
    restored = start("three")  # from a changelog that ends with the sleeper's rows
    asyncio.run(_produce(kafka, topics, 2_000, 3_000))
    _wait_for_no_lag(kafka, topics)
    assert restored.stop() == 0
    assert _counted(kafka, topics) == _expected(3_000)


def _expected(total: int) -> Counter[bytes]:
    return Counter(KEYS[number % len(KEYS)] for number in range(total))


async def _produce(broker: str, topics: Topics, start: int, stop: int) -> None:
    """Write the numbers as values, a third of them to the second topic."""
    async with batch_writer(broker) as writer:
        for number in range(start, stop):
            topic = topics.claim_events if number % 3 else topics.inventory
            index = number % len(KEYS)
            writer.add(topic, index % PARTITIONS, KEYS[index], b"%d" % number)
        await writer.flush()


def _wait_for_no_lag(broker: str, topics: Topics, seconds: float = 60) -> None:
    _wait_until(lambda: _behind(broker, topics) == 0, seconds, "a lag of 0")


def _behind(broker: str, topics: Topics) -> int:
    partitions = lag(broker, topics.app_id, [topics.claim_events, topics.inventory])
    return sum(partition.lag for partition in partitions)


def _counted(broker: str, topics: Topics) -> Counter[bytes]:
    """Return the count of each key, from the last row the changelog holds for it."""
    rows = {record.key: record.value for record in _read(broker, topics.changelog)}
    return Counter({key: int(rows[key].split(b",")[0]) for key in rows if key in KEYS})


def _values(broker: str, topic: str) -> set[bytes]:
    return {record.key for record in _read(broker, topic)}


def _read(broker: str, topic: str) -> Iterator[Any]:
    consumer = KafkaConsumer(bootstrap_servers=broker, consumer_timeout_ms=1500)
    places = [TopicPartition(topic, partition) for partition in range(PARTITIONS)]
    consumer.assign(places)
    consumer.seek_to_beginning(*places)
    yield from consumer
    consumer.close()


def _wait_until(holds: Callable[[], bool], seconds: float, what: str) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            raise AssertionError(f"Waited {seconds} s in vain for {what}")
        time.sleep(0.2)
