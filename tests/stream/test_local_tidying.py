"""What event time has left behind goes, a little at a time, and no alert is different for it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import msgspec

from domain.facts import Registered, Settled, Signal
from domain.moments import DAY, HOUR, Moment, moment
from engine.book import Book, build_book
from engine.state import CHANGEABLE, State, encode, expires_at
from fundguard.examples import event
from rules.subjects.institution_day import SUBJECT as INSTITUTION_DAY
from rules.subjects.person import SUBJECT as PERSON
from rules.subjects.subject import LATENESS
from stream.dead_letters import BadInputGuard
from stream.local.alerts import LocalAlerts
from stream.local.database import FILE, connect
from stream.local.log import EventLog
from stream.local.worker import TIDY_ROWS, LocalWorker
from tests.city import differences, house_book, rule_alerts
from tests.travel import settled
from tests.years import years

PORTION = 400


def worker(folder: Path, book: Book | None = None, log_days: int = 0) -> LocalWorker:
    guard = BadInputGuard(share=1, run=10_000)
    return LocalWorker(folder, book or build_book(only=["ID-02"]), guard, log_days=log_days)


def tidy(local: LocalWorker) -> int:
    rounds = 0
    while local.tidy():
        rounds += 1
    return rounds


def through(
    folder: Path, events: Sequence[bytes], local: LocalWorker, *, tidying: bool = True
) -> None:
    """Everything through the worker, which tidies up completely every now and then."""
    log = EventLog(folder)
    for start in range(0, len(events), PORTION):
        log.append(events[start : start + PORTION])
        while local.step():
            pass
        if tidying:
            tidy(local)
    log.close()


def standing(folder: Path) -> dict[str, bytes]:
    reader = LocalAlerts(folder)
    found = rule_alerts(dict(reader.standing()))
    reader.close()
    return found


def count(folder: Path, table: str, where: str = "1") -> int:
    database = connect(folder)
    (found,) = database.execute(f"SELECT count(*) FROM {table} WHERE {where}").fetchone()
    database.close()
    return int(found)


def raw(shorts: Iterable[dict[str, Any]]) -> list[bytes]:
    return [msgspec.json.encode(event(short, n)) for n, short in enumerate(shorts)]


def claims(*times: str) -> list[bytes]:
    return raw(settled(n, f"P-{n}", "PH1", time) for n, time in enumerate(times))


def test_years_of_tidying_end_with_the_alerts_of_a_worker_that_forgets_nothing(
    tmp_path: Path,
) -> None:
    tidied, hoarding = tmp_path / "tidied", tmp_path / "hoarding"
    local = worker(tidied, house_book())
    through(tidied, years(), local)
    local.close()
    local = worker(hoarding, house_book())
    through(hoarding, years(), local, tidying=False)
    local.close()
    right = standing(hoarding)
    assert any(b'"state":"withdrawn"' in body for body in right.values())
    assert not differences(standing(tidied), right)
    assert count(tidied, "states") < 0.7 * count(hoarding, "states")


def test_a_state_expires_when_nothing_that_could_change_it_is_remembered() -> None:
    state = State()
    assert expires_at(state, INSTITUTION_DAY) is None
    state.timeline(Signal).put(Signal(ref="s", at=Moment(DAY), name="n"))
    state.latest = Moment(DAY)
    assert expires_at(state, INSTITUTION_DAY) == DAY + CHANGEABLE + LATENESS
    assert PERSON.keeps[Settled] < CHANGEABLE
    state.wakes["later"] = Moment(9 * DAY)
    assert expires_at(state, INSTITUTION_DAY) is None


def test_a_person_of_whom_only_registers_are_known_stays() -> None:
    state = State(latest=Moment(DAY))
    state.timeline(Registered).put(Registered(ref="r", at=Moment(0), kind="person", id="P"))
    assert expires_at(state, PERSON) is None
    state.timeline(Signal).put(Signal(ref="s", at=Moment(DAY), name="n"))
    assert expires_at(state, PERSON) == DAY + 730 * DAY + LATENESS
    state.forget()
    assert [fact.ref for fact in state.facts()] == ["r"]
    assert expires_at(state, PERSON) is None


def test_a_registered_person_who_went_quiet_is_cut_down_to_the_registers(tmp_path: Path) -> None:
    register = {
        "reference.changed": {
            "kind": "person",
            "id": "P-0",
            "time": "2020-01-01 00:00:00",
            "attributes": {"died": "2025-01-01"},
        }
    }
    late = [*raw([register]), *claims("2023-01-01 09:00:00", "2026-05-01 09:00:00")]
    local = worker(tmp_path)
    through(tmp_path, late, local)
    local.close()
    database = connect(tmp_path)
    rows = database.execute(
        "SELECT key, expires_at IS NULL FROM states WHERE subject = 'person' ORDER BY key"
    ).fetchall()
    database.close()
    kept_whole = [key for key, forever in rows if not forever]
    assert kept_whole == ["P-1"]
    assert ("P-0", 1) in rows


def test_what_is_forgotten_is_forgotten_in_memory_too(tmp_path: Path) -> None:
    local = worker(tmp_path)
    through(tmp_path, claims("2023-01-01 09:00:00"), local)
    assert count(tmp_path, "states", "key = 'P-0'") == 1
    log = EventLog(tmp_path)
    log.append(claims("2026-05-01 09:00:00")[:1])  # the same person, years later
    log.close()
    local.step()
    before = count(tmp_path, "states")
    assert tidy(local) > 0
    assert count(tmp_path, "states") < before
    assert all(place[1] != "PH1|19358" for place in local._states._decoded)
    local.close()


def test_an_event_seven_days_late_still_finds_what_it_belongs_to(tmp_path: Path) -> None:
    """The last moment at which a state may still be asked for, and the first at which it goes."""
    start = moment("2023-01-01 09:00:00")
    local = worker(tmp_path)
    through(tmp_path, claims("2023-01-01 09:00:00"), local)
    clock = local._auditor
    clock.clock = Moment(start + 730 * DAY + LATENESS)
    tidy(local)
    assert count(tmp_path, "states", "subject = 'person'") == 1
    clock.clock = Moment(clock.clock + HOUR)
    tidy(local)
    assert count(tmp_path, "states", "subject = 'person'") == 0
    local.close()


def test_no_round_forgets_more_than_a_small_batch(tmp_path: Path) -> None:
    local = worker(tmp_path)
    log = EventLog(tmp_path)
    many = ["2023-01-01 09:00:00"] * (TIDY_ROWS + 100)
    log.append(claims(*many, "2026-05-01 09:00:00"))
    log.close()
    while local.step():
        pass
    states = count(tmp_path, "states")
    assert local.tidy()
    assert states - count(tmp_path, "states") == TIDY_ROWS
    assert tidy(local) >= 1
    assert count(tmp_path, "states", "subject = 'person'") == 1
    local.close()


def test_a_state_that_holds_nothing_is_not_written(tmp_path: Path) -> None:
    local = worker(tmp_path)
    place = ("institution", "H1")
    local._states.changed(place, State(latest=Moment(DAY)))
    local._states.write()
    assert count(tmp_path, "states") == 0
    state = State()
    state.timeline(Signal).put(Signal(ref="s", at=Moment(DAY), name="n"))
    local._states.changed(place, state)
    local._states.write()
    assert count(tmp_path, "states") == 1
    assert len(encode(state)) > 0
    state.timeline(Signal).drop("s")
    local._states.changed(place, state)
    local._states.write()
    assert count(tmp_path, "states") == 0
    local.close()


def test_old_events_leave_the_log_and_dead_letters_stay(tmp_path: Path) -> None:
    local = worker(tmp_path, log_days=400)
    early = [*claims("2024-01-01 09:00:00", "2024-01-02 09:00:00"), b"{nonsense"]
    through(tmp_path, [*early, *claims("2025-02-05 09:00:00")], local)  # 400 days after the 2nd
    assert count(tmp_path, "events") == 4
    log = EventLog(tmp_path)
    log.append(claims("2025-02-10 09:00:00"))
    assert local.step() == 1
    tidy(local)
    assert count(tmp_path, "events") == 5, "one chunk is as old as its youngest event"
    log.append(claims("2026-03-20 09:00:00"))
    assert local.step() == 1
    tidy(local)
    assert count(tmp_path, "events") == 1
    assert count(tmp_path, "dead_letters") == 1
    assert log.waiting() == 0
    log.append(claims("2026-03-21 09:00:00"))
    assert log.waiting() == 1
    assert count(tmp_path, "events", "log_offset = 7") == 1
    log.close()
    local.close()


def test_events_that_wait_to_be_audited_never_leave_the_log(tmp_path: Path) -> None:
    local = worker(tmp_path, log_days=1)
    through(tmp_path, claims("2026-01-01 09:00:00"), local)
    log = EventLog(tmp_path)
    log.append(claims("2020-01-01 09:00:00"))
    log.close()
    local._auditor.clock = moment("2026-05-01")
    tidy(local)
    assert count(tmp_path, "events") == 1
    local.close()


def test_a_log_kept_for_ever_is_not_cut(tmp_path: Path) -> None:
    local = worker(tmp_path, log_days=0)
    through(tmp_path, claims("2020-01-01 09:00:00"), local)
    through(tmp_path, claims("2026-01-01 09:00:00"), local)
    assert count(tmp_path, "events") == 2
    local.close()


def test_the_file_shrinks_when_the_log_is_cut(tmp_path: Path) -> None:
    local = worker(tmp_path, log_days=30)
    log = EventLog(tmp_path)
    log.append(claims(*["2025-01-01 09:00:00"] * 6_000))
    while local.step():
        pass
    assert not local.tidy()
    size = file_size(tmp_path)
    log.append(claims("2026-01-01 09:00:00"))
    log.close()
    assert local.step() == 1
    assert tidy(local) >= 6_000 // TIDY_ROWS
    assert count(tmp_path, "events") == 1
    assert file_size(tmp_path) < size - 1_000_000
    local.close()


def file_size(folder: Path) -> int:
    database = connect(folder)
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    database.close()
    return (folder / FILE).stat().st_size
