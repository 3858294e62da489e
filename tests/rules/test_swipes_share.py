"""PS-03's second limb: a month's share of swipes in closed hours against the peers' shares."""

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
BY_DAY = 32  # settlements of each shop, on 16 days of the month
JUDGED = "2026-06-04 00:00:00"


def shop(number: int, **more: Any) -> dict[str, Any]:
    known = {"fixmedins_type": "2", "hosp_lv": "11", "admdvs": "330902"}
    hours = {"open_time": "08:00", "close_time": "21:00"}
    return {
        "reference.changed": {
            "kind": "institution",
            "id": f"PH-{number}",
            "time": "2020-01-01 00:00:00",
            "attributes": {"fixmedins_name": f"第{number}药店", **known, **hours, **more},
        }
    }


def swipe(number: int, person: str, time: str) -> dict[str, Any]:
    fields = {"psn_no": person, "fixmedins_code": f"PH-{number}", "time": time}
    return {"claim.settled": {**fields, "setl_id": f"S{number}-{time}"}}


def month(nightly: dict[int, int], **more: Any) -> Iterator[dict[str, Any]]:
    """A month of shops like each other; some of them swipe on so many nights, once a night."""
    for number in range(PEERS + 1):
        yield shop(number, **more)
    for number in range(PEERS + 1):
        for visit in range(BY_DAY):
            day, hour = 1 + visit // 2, 9 + visit % 2
            yield swipe(number, f"P{number}-{visit}", f"2026-05-{day:02d} {hour:02d}:00:00")
        for night in range(nightly.get(number, 0)):
            yield swipe(number, f"N{number}-{night}", f"2026-05-{night + 1:02d} 23:30:00")


@cache
def book() -> Book:
    return build_book(only=["PS-03"])


def alerts(shorts: list[dict[str, Any]], until: str = JUDGED) -> list[Alert]:
    auditor = Auditor(replace(book(), registers=Registers()), StatesInMemory())
    events = [decode(msgspec.json.encode(event(one, n))) for n, one in enumerate(shorts)]
    found = {**auditor.take(events).alerts, **auditor.advance(moment(until)).alerts}
    return [ALERT_DECODER.decode(body) for body in found.values() if body is not None]


def test_a_share_far_above_its_peers_is_told_when_the_month_is_over() -> None:
    shorts = list(month({0: 12, **dict.fromkeys(range(1, 8), 1)}))
    (alert,) = alerts(shorts)
    assert (alert.fixmedins_code, alert.severity, alert.hit_count) == ("PH-0", 3, 12)
    assert alert.amount == "720.00"
    assert not alerts(shorts, until="2026-06-03 00:00:00")


def test_peers_who_all_keep_their_hours_are_a_measure_too() -> None:
    (alert,) = alerts(list(month({3: 10})))
    assert alert.fixmedins_code == "PH-3"


@pytest.mark.parametrize(
    "shorts",
    [
        list(month({0: 9})),
        list(month(dict.fromkeys(range(PEERS + 1), 12))),
        list(month({0: 12}, is_24h="1")),
        list(month({0: 12}))[1:],
    ],
    ids=["too few nights", "all alike", "open all night", "nobody knows what kind of shop"],
)
def test_no_share_is_told(shorts: list[dict[str, Any]]) -> None:
    assert not alerts(shorts)


@pytest.mark.parametrize("time", ["2026-05-20 08:00:00", "2026-06-05 08:00:00"])
def test_a_reversed_swipe_does_not_count_however_late(time: str) -> None:
    shorts = list(month({0: 10}))
    (last,) = (one["claim.settled"] for one in shorts if "N0-9" in str(one))
    back = {name: last[name] for name in ("psn_no", "fixmedins_code", "setl_id")}
    reversal = {"claim.reversed": {"event_id": "back", "time": time, **back}}
    assert alerts(shorts)
    assert not [one for one in alerts([*shorts, reversal]) if one.state == OPEN]
