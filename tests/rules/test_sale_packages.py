"""SW-04's second limb: a package that one shop settles again and again, and its peers do not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Any

import msgspec
import pytest

from domain.alerts import ALERT_DECODER, OPEN, Alert
from domain.decode import decode
from domain.moments import moment
from engine.auditor import Auditor, StatesInMemory
from engine.book import Book, build_book
from engine.registers import Registers
from fundguard.examples import event

PEERS = 21
BY_MONTH = 32  # ordinary settlements of each shop
JUDGED = "2026-06-06 00:00:00"
DRUGS = ("XC08CAA900A001010190001", "XC09CAA901E001010190002", "XA10BAA902A001010190003")


def shop(number: int) -> dict[str, Any]:
    attributes = {"fixmedins_name": f"第{number}药店", "fixmedins_type": "2"}
    more = {"hosp_lv": "11", "admdvs": "330902"}
    fields = {"kind": "institution", "id": f"PH-{number}", "time": "2020-01-01 00:00:00"}
    return {"reference.changed": {**fields, "attributes": {**attributes, **more}}}


def settled(number: int, person: str, time: str, drugs: int, **more: Any) -> dict[str, Any]:
    lines = [{"med_list_codg": code, "pric": "25.00"} for code in DRUGS[:drugs]]
    fields = {"psn_no": person, "fixmedins_code": f"PH-{number}", "time": time}
    known = {"setl_id": f"S{number}-{time}", "medfee_sumamt": "50.00", "feedetail": lines}
    return {"claim.settled": {**fields, **known, **more}}


def handed_over(number: int, time: str, drugs: int) -> Iterator[dict[str, Any]]:
    for code in DRUGS[:drugs]:
        fields = {"fixmedins_code": f"PH-{number}", "time": time, "med_list_codg": code}
        yield {"inventory.moved": {**fields, "setl_id": f"S{number}-{time}"}}


def month(packages: dict[int, int], *, sold: bool = False, **more: Any) -> Iterator[dict[str, Any]]:
    """A month of shops like each other; some settle one package so many times."""
    for number in range(PEERS + 1):
        yield shop(number)
    for number in range(PEERS + 1):
        for visit in range(BY_MONTH):
            time = f"2026-05-{1 + visit // 2:02d} {9 + visit % 2:02d}:00:00"
            yield settled(number, f"P{number}-{visit}", time, 1)
        for visit in range(packages.get(number, 0)):
            time = f"2026-05-{1 + visit:02d} 15:00:00"
            yield settled(number, f"Q{number}-{visit}", time, 2, **more)
            if sold:
                yield from handed_over(number, time, 2)


@cache
def book() -> Book:
    return build_book(only=["SW-04"])


def alerts(shorts: list[dict[str, Any]], until: str = JUDGED) -> list[Alert]:
    auditor = Auditor(replace(book(), registers=Registers()), StatesInMemory())
    events = [decode(msgspec.json.encode(event(one, n))) for n, one in enumerate(shorts)]
    found = {**auditor.take(events).alerts, **auditor.advance(moment(until)).alerts}
    return [ALERT_DECODER.decode(body) for body in found.values() if body is not None]


def test_a_package_that_nobody_else_sells_is_told_when_the_month_is_over() -> None:
    shorts = list(month({0: 20, **dict.fromkeys(range(1, 8), 3)}))
    (alert,) = alerts(shorts)
    assert (alert.fixmedins_code, alert.severity, alert.status) == ("PH-0", 4, "线索")
    assert (alert.hit_count, alert.amount) == (20, "1000.00")
    assert not alerts(shorts, until="2026-06-05 00:00:00")


@pytest.mark.parametrize(
    "shorts",
    [
        list(month({0: 19})),
        list(month(dict.fromkeys(range(PEERS + 1), 20))),
        list(month({0: 20}, sold=True)),
        list(month({0: 20}, medfee_sumamt="49.80")),
        list(month({0: 20}, med_type="140104")),
        list(month({0: 20}, psn_no="P1")),
    ],
    ids=["19 persons", "every peer too", "handed over", "not round", "chronic care", "one person"],
)
def test_no_package_is_told(shorts: list[dict[str, Any]]) -> None:
    assert not alerts(shorts)


@pytest.mark.parametrize("time", ["2026-05-25 08:00:00", "2026-06-08 08:00:00"])
def test_a_reversed_sale_does_not_count_however_late(time: str) -> None:
    shorts = list(month({0: 20}))
    (last,) = (one["claim.settled"] for one in shorts if "Q0-19" in str(one))
    back = {name: last[name] for name in ("psn_no", "fixmedins_code", "setl_id")}
    reversal = {"claim.reversed": {"event_id": "back", "time": time, **back}}
    assert alerts(shorts)
    assert not [one for one in alerts([*shorts, reversal]) if one.state == OPEN]
