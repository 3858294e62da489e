"""Missing vital signs accuse only where the hospital records its other stays; leave excuses."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
import pytest

from domain.alerts import ALERT_DECODER, OPEN, Alert
from domain.decode import decode
from domain.events import ClaimEvent
from domain.moments import moment
from engine.auditor import Auditor, StatesInMemory
from engine.book import build_book
from fundguard.examples import event, world

Short = dict[str, dict[str, Any]]
BED = {"list_type": "201", "med_chrgitm_type": "01", "pric": "40.00"}
CURE = {"list_type": "201", "med_chrgitm_type": "05", "pric": "60.00"}


def neighbour(number: int, day: str, recorded: bool) -> list[Short]:
    """Somebody else's three days at the same hospital."""
    who = {"psn_no": f"N{number}", "mdtrt_id": f"N{number}"}
    begin = {**who, "time": f"{day} 09:00:00", "med_type": "21"}
    seen = {**who, "time": f"{day} 10:00:00"}
    closed_on = f"{day[:8]}{int(day[8:]) + 3:02d}"
    told: list[Short] = [{"visit.opened": begin}]
    told += [{"vitals.recorded": seen}] if recorded else []
    return [*told, {"visit.closed": {**who, "time": f"{closed_on} 10:00:00"}}]


def phantom(closed: bool = True) -> list[Short]:
    """Treated on the first day; then four nights with nothing but the bed."""
    told: list[Short] = [
        {"visit.opened": {"time": "2026-05-01 09:00:00", "mdtrt_id": "M", "med_type": "21"}}
    ]
    for day in range(1, 6):
        lines = [BED, CURE] if day == 1 else [BED]
        fees = {"time": f"2026-05-{day:02d} 20:00:00", "mdtrt_id": "M", "feedetail": lines}
        told.append({"fees.uploaded": fees})
    end = {"visit.closed": {"time": "2026-05-06 10:00:00", "mdtrt_id": "M"}}
    return [*told, end] if closed else told


def events(*shorts: Short) -> list[ClaimEvent]:
    numbered = enumerate([*world(), *shorts])
    return [decode(msgspec.json.encode(event(short, number))) for number, short in numbered]


def left(stream: Sequence[ClaimEvent], until: str = "2026-05-10 00:00:00") -> list[Alert]:
    auditor = Auditor(build_book(only=["HO-01"]), StatesInMemory())
    alerts = dict(auditor.take(stream).alerts)
    alerts.update(auditor.advance(moment(until)).alerts)
    decoded = [ALERT_DECODER.decode(body) for body in alerts.values() if body is not None]
    return [alert for alert in decoded if alert.state == OPEN]


@pytest.mark.parametrize(
    ("recorded", "unrecorded", "severity"),
    [
        pytest.param(4, 1, 4, id="four of five"),
        pytest.param(3, 1, 3, id="three of four"),
        pytest.param(3, 0, 4, id="as few as tell something"),
        pytest.param(2, 0, 3, id="too few to tell"),
        pytest.param(0, 6, 3, id="never recorded"),
    ],
)
def test_a_gap_means_something_where_records_are_usual(
    recorded: int, unrecorded: int, severity: int
) -> None:
    others = [
        short
        for number in range(recorded + unrecorded)
        for short in neighbour(number, "2026-04-20", number < recorded)
    ]
    (alert,) = left(events(*others, *phantom()))
    assert alert.severity == severity


def test_stays_of_more_than_thirty_days_ago_tell_nothing() -> None:
    others = [short for number in range(5) for short in neighbour(number, "2026-04-01", True)]
    (alert,) = left(events(*others, *phantom()))
    assert alert.severity == 3


def test_leave_that_becomes_known_late_excuses_being_elsewhere() -> None:
    treated = [{**CURE, "fee_ocur_time": f"2026-05-0{day} 09:00:00"} for day in range(1, 6)]
    away: Short = {
        "claim.settled": {"time": "2026-05-03 15:00:00", "fixmedins_code": "PH1", "setl_id": "S"}
    }
    stay = [
        *phantom(),
        {"fees.uploaded": {"time": "2026-05-05 21:00:00", "mdtrt_id": "M", "feedetail": treated}},
        away,
    ]
    leave: Short = {
        "reference.changed": {
            "time": "2026-05-08 09:00:00",
            "kind": "leave",
            "id": "M",
            "valid_from": "2026-05-03",
            "valid_to": "2026-05-03",
            "attributes": {"psn_no": "P1", "approved": "1"},
        }
    }
    assert [alert.severity for alert in left(events(*stay))] == [3]
    assert left(events(*stay, leave)) == []


def test_a_stay_without_discharge_does_not_wait_for_ever() -> None:
    states = StatesInMemory()
    auditor = Auditor(build_book(only=["HO-01"]), states)
    auditor.take(events(*phantom(closed=False)))
    auditor.advance(moment("2026-05-10 00:00:00"))
    assert states.get(("person", "P1")).next_wake() is None
