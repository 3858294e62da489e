"""PS-02's second limb: an amount so often in one day that no earlier day resembles it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from typing import Any

import msgspec
import pytest

from domain.alerts import ALERT_DECODER, Alert
from domain.decode import decode
from domain.moments import moment
from engine.auditor import Auditor, StatesInMemory
from engine.book import Book, build_book
from engine.registers import Registers
from fundguard.examples import event, world

BASKET = [{"med_list_codg": "XA01", "pric": "31.40"}, {"med_list_codg": "XB02", "pric": "57.00"}]


def settled(day: int, place: int, amount: str) -> dict[str, Any]:
    hour, minute = divmod(8 * 60 + place * 40, 60)
    time = f"2026-05-{day:02d} {hour:02d}:{minute:02d}:00"
    person = f"P{day}-{place}-{amount}"
    fields = {"time": time, "psn_no": person, "fixmedins_code": "PH1", "medfee_sumamt": amount}
    return {"claim.settled": {**fields, "feedetail": BASKET}}


def month(days: int, usually: int, today: int) -> Iterator[Mapping[str, Any]]:
    """So many days on which 88.40 yuan came so often, then one on which it came as in ``today``."""
    yield from world()
    for day in range(1, days + 1):
        yield from (settled(day, place, f"{20 + day}.{place:02d}") for place in range(3))
        yield from (settled(day, place, "88.40") for place in range(usually + day % 2))
    yield from (settled(28, place, "88.40") for place in range(today))


@cache
def book() -> Book:
    return build_book(only=["PS-02"])


def alerts(shorts: Iterable[Mapping[str, Any]]) -> list[Alert]:
    auditor = Auditor(replace(book(), registers=Registers()), StatesInMemory())
    events = [decode(msgspec.json.encode(event(one, n))) for n, one in enumerate(shorts)]
    found = {**auditor.take(events).alerts, **auditor.advance(moment("2026-05-30")).alerts}
    return [ALERT_DECODER.decode(body) for body in found.values() if body is not None]


def test_an_amount_that_never_came_so_often_is_told() -> None:
    (alert,) = alerts(month(days=22, usually=2, today=15))
    assert (alert.severity, alert.hit_count, alert.amount) == (3, 15, "900.00")


@pytest.mark.parametrize(
    ("days", "usually", "today"),
    [(22, 2, 14), (22, 13, 15), (19, 2, 15)],
    ids=["not often enough", "as often as usual", "too young to tell"],
)
def test_an_amount_is_let_pass(days: int, usually: int, today: int) -> None:
    assert not alerts(month(days, usually, today))
