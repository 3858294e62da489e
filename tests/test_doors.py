"""Equal input ends with equal rule alerts, byte for byte, through every door."""

from __future__ import annotations

from pathlib import Path

from domain.decode import MalformedEvent
from fundguard.auditing import audit_files
from fundguard.files import Numbered
from fundguard.replaying import replay
from stream.dead_letters import BadInputGuard
from stream.local.alerts import LocalAlerts
from stream.local.log import EventLog
from stream.local.worker import LocalWorker
from tests.city import audited, city, house_book, rule_alerts, shuffled


def written(events: tuple[bytes, ...] | list[bytes], folder: Path) -> Path:
    path = folder / "events.jsonl"
    path.write_bytes(b"\n".join(events))
    return path


def audited_file(path: Path, workers: int) -> dict[str, bytes]:
    def refuse(line: Numbered, error: MalformedEvent) -> None:
        raise AssertionError(f"{line.number}: {error}")

    return rule_alerts(audit_files([path], house_book(), refuse, workers=workers).alerts)


def test_a_file_audit_finds_every_scheme_of_the_city() -> None:
    rules = {id_.rsplit("-", 1)[0] for id_ in audited(city())}
    assert rules >= {"ID-01", "ID-02", "PS-01", "HO-01", "SW-01", "SW-02", "CH-14", "DT-01"}


def test_two_processes_end_like_one(tmp_path: Path) -> None:
    path = written(city(), tmp_path)
    assert audited_file(path, workers=2) == audited_file(path, workers=1) == audited(city())


def test_late_and_repeated_events_end_like_punctual_ones() -> None:
    assert audited(shuffled(city(), seed=3), chunk=700) == audited(city())


def test_the_local_shell_ends_like_a_file_audit(tmp_path: Path) -> None:
    log = EventLog(tmp_path)
    replay([written(city(), tmp_path)], log)
    log.close()
    worker = LocalWorker(
        tmp_path, house_book(), BadInputGuard(0.2, 1000), chunk_events=500, states_in_memory=200
    )
    while worker.step():
        pass
    worker.close()
    reader = LocalAlerts(tmp_path)
    assert rule_alerts(dict(reader.standing())) == audited(city())
    reader.close()
