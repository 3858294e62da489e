"""Verification of a data directory: whole, meddled with, and cut."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from fundguard.commands.verify import app
from fundguard.verifying import Findings, LocalLedger, verify
from stream.dead_letters import BadInputGuard
from stream.local.database import connect
from stream.local.log import EventLog
from stream.local.worker import LocalWorker
from tests.city import house_book
from tests.stream.test_local_tidying import claims
from tests.travel import journeys


def audit(folder: Path, events: list[bytes], log_days: int = 0) -> None:
    log = EventLog(folder)
    log.append(events)
    log.close()
    guard = BadInputGuard(share=1, run=1000)
    worker = LocalWorker(folder, house_book(), guard, log_days=log_days)
    while worker.step() or worker.tidy():
        pass
    worker.close()


def verified(folder: Path) -> Findings:
    ledger = LocalLedger(folder)
    try:
        return verify(ledger, house_book())
    finally:
        ledger.close()


def meddle(folder: Path, statement: str) -> None:
    database = connect(folder)
    database.execute(statement)
    database.close()


def test_a_whole_log_is_audited_again(tmp_path: Path) -> None:
    audit(tmp_path, [*journeys(60), b"{nonsense"])
    found = verified(tmp_path)
    assert found.sound
    assert found.kept_since is None
    assert (found.events, found.dead_letters, found.waiting) == (len(journeys(60)) + 1, 1, 0)


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        (
            "DELETE FROM alerts WHERE alert_offset = (SELECT max(alert_offset) FROM alerts)",
            "missing",
        ),
        ("UPDATE alerts SET body = 'x' WHERE alert_id LIKE 'ID-02%'", "different"),
        ("INSERT INTO alerts (alert_id, body) VALUES ('ID-02-x', 'x')", "surplus"),
        ("DELETE FROM dead_letters", "undecided"),
        ("DELETE FROM events WHERE log_offset = 1", "lost"),
        ("DELETE FROM events WHERE log_offset IN (5, 6)", "lost"),
        ("DELETE FROM events WHERE log_offset = (SELECT max(log_offset) FROM events)", "lost"),
        ("DELETE FROM events", "lost"),
    ],
)
def test_meddling_is_noticed(tmp_path: Path, statement: str, what: str) -> None:
    audit(tmp_path, [*journeys(60), b"{nonsense"])
    meddle(tmp_path, statement)
    found = verified(tmp_path)
    assert not found.sound
    assert getattr(found, what)


def test_missing_events_are_named_by_their_offsets(tmp_path: Path) -> None:
    audit(tmp_path, journeys(60))
    meddle(tmp_path, "DELETE FROM events WHERE log_offset IN (1, 5, 6)")
    assert verified(tmp_path).lost == ["1-1", "5-6"]


def test_of_a_cut_log_only_the_accounting_is_checked(tmp_path: Path) -> None:
    audit(tmp_path, claims("2024-01-01 09:00:00", "2024-01-02 09:00:00"), log_days=400)
    audit(tmp_path, [*claims("2026-01-01 09:00:00"), b"{nonsense"], log_days=400)
    found = verified(tmp_path)
    assert found.sound
    assert found.kept_since == "2024-11-27T00:00:00+08:00"
    assert (found.events, found.dead_letters) == (2, 1)
    meddle(tmp_path, "DELETE FROM events WHERE log_offset = 3")
    assert verified(tmp_path).lost == ["3-3"]
    meddle(tmp_path, "DELETE FROM dead_letters")
    assert len(verified(tmp_path).undecided) == 1


def test_the_command_says_from_when_on_it_can_verify(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    audit(folder, claims("2024-01-01 09:00:00"), log_days=400)
    audit(folder, claims("2026-01-01 09:00:00"), log_days=400)
    told = CliRunner().invoke(app, [])
    assert told.exit_code == 0, told.output
    assert "自 2024-11-27T00:00:00+08:00 起" in told.output
    meddle(folder, "DELETE FROM events WHERE log_offset = 2")
    told = CliRunner().invoke(app, ["--json"])
    assert told.exit_code == 1
    assert json.loads(told.stdout)["lost"] == ["2-2"]
