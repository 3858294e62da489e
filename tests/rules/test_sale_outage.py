"""PS-01 as it happens: nobody is accused, even for an hour, of what an outage explains."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Any

import msgspec

from domain.alerts import ALERT_DECODER, OPEN, Alert
from domain.decode import decode
from domain.moments import DAY, HOUR, Moment, moment
from engine.auditor import Auditor, StatesInMemory
from engine.book import Book, build_book
from engine.registers import Registers
from fundguard.examples import event, world

Short = dict[str, Any]
DRUG = "XA01AAA001A001010100001"


def settled(number: int, time: str, lines: int = 3) -> Short:
    fields = {"event_id": f"s{number}", "time": time, "setl_id": f"S{number}"}
    person = {"psn_no": f"P{number}", "mdtrt_id": f"V{number}", "fixmedins_code": "PH1"}
    return {"claim.settled": {**fields, **person, "feedetail": [{"med_list_codg": DRUG}] * lines}}


def handed_over(number: int, time: str, sold_at: str = "", lines: int = 3) -> Short:
    fields = {"event_id": f"m{number}", "time": time, "inv_time": sold_at or time, "cnt": lines}
    named = {"fixmedins_code": "PH1", "setl_id": f"S{number}", "med_list_codg": DRUG}
    return {"inventory.moved": {**fields, **named}}


def two_days_without_uploads() -> Iterator[Short]:
    """Sales on both sides, twelve sales of three lines between them, uploaded never."""
    yield settled(0, "2026-05-01 09:00:00")
    yield handed_over(0, "2026-05-01 09:01:00")
    for number in range(1, 13):
        day, hour = 1 + number // 7, 10 + number % 7
        yield settled(number, f"2026-05-{day:02d} {hour}:00:00")
    yield settled(13, "2026-05-03 09:00:00")
    yield handed_over(13, "2026-05-03 09:01:00")


@cache
def book() -> Book:
    return build_book(only=["PS-01"])


def hour_by_hour(shorts: list[Short], until: str) -> Iterator[Alert]:
    """Every alert that goes out on the way, however soon it is taken back."""
    auditor = Auditor(replace(book(), registers=Registers()), StatesInMemory())
    numbered = enumerate([*world(), *shorts])
    events = [decode(msgspec.json.encode(event(one, number))) for number, one in numbered]
    clock = moment("2026-05-01")
    while clock < moment(until):
        due = [one for one in events if one.at <= clock]
        events = [one for one in events if one.at > clock]
        for chunk in (auditor.take(due), auditor.advance(clock)):
            assert not chunk.failures
            yield from (ALERT_DECODER.decode(body) for body in chunk.alerts.values() if body)
        clock = Moment(clock + HOUR)


def test_an_outage_accuses_nobody_on_its_way() -> None:
    said = list(hour_by_hour(list(two_days_without_uploads()), "2026-05-08"))
    assert {alert.severity for alert in said} == {1}
    assert len({alert.alert_id for alert in said}) == 1
    assert said[-1].hit_count == 36


def test_uploads_that_come_at_last_end_the_notice_and_accuse_nobody() -> None:
    late = [handed_over(number, "2026-05-06 09:00:00") for number in range(1, 13)]
    said = list(hour_by_hour([*two_days_without_uploads(), *late], "2026-05-09"))
    assert {alert.severity for alert in said} == {1}


def test_an_accusation_comes_after_72_hours_and_goes_with_a_late_sale() -> None:
    shorts = [settled(0, "2026-05-01 09:00:00"), handed_over(0, "2026-05-01 09:01:00")]
    shorts += [settled(1, "2026-05-01 10:00:00")]
    late = handed_over(1, "2026-05-06 09:00:00", sold_at="2026-05-01 10:01:00")
    (alert,) = hour_by_hour(shorts, "2026-05-08")
    assert (alert.state, alert.severity, alert.setl_id) == (OPEN, 4, "S1")
    assert not list(hour_by_hour(shorts, "2026-05-04 10:00:00"))
    auditor = Auditor(replace(book(), registers=Registers()), StatesInMemory())
    found: dict[str, bytes | None] = {}
    numbered = enumerate([*world(), *shorts, late])
    for one in [decode(msgspec.json.encode(event(short, number))) for number, short in numbered]:
        found.update(auditor.advance(Moment(one.at - 1)).alerts if found else {})
        found.update(auditor.advance(Moment(one.at)).alerts)
        found.update(auditor.take([one]).alerts)
    found.update(auditor.advance(Moment(auditor.clock + 4 * DAY)).alerts)
    assert list(found.values()) == [None]
