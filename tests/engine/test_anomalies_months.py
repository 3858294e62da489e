"""AN-04 from settlements to the month that stands out among its peers."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.alerts import ALERT_DECODER, OPEN, Alert
from domain.decode import decode
from domain.events import ClaimEvent
from domain.moments import Moment, moment
from engine.auditor import Auditor, StatesInMemory
from engine.book import build_book
from engine.registers import Registers
from fundguard.examples import event

PEERS = 21
VISITS = 30
BOOK = build_book(only=["AN-04"])
JUDGED = moment("2026-06-04 00:00:00")

Short = Mapping[str, Any]
Amounts = tuple[float, float, float]
"""What a visit costs in medicines, examinations and other things."""


def register(kind: str, id: str, **attributes: str) -> Short:
    entry = {"kind": kind, "id": id, "time": "2020-01-01 00:00:00", "attributes": attributes}
    return {"reference.changed": entry}


def hospital(number: int) -> Short:
    known = {"fixmedins_type": "1", "hosp_lv": "5", "admdvs": "330902"}
    return register("institution", f"H{number}", fixmedins_name=f"第{number}医院", **known)


def usual(number: int) -> Amounts:
    return 40 + number / 4, 20 + number / 5, 40 - number / 4


ODD: Amounts = (40, 200, 60)
DEAR: Amounts = (120, 60, 120)


def visit(number: int, count: int, amounts: Amounts, doctor: str = "") -> Short:
    time = f"2026-05-{1 + count % 28:02d} {9 + count // 28 % 9:02d}:00:00"
    lines = [
        {"list_type": list_type, "med_chrgitm_type": category, "pric": f"{amount:.2f}"}
        for amount, (list_type, category) in zip(
            amounts, [("101", "09"), ("201", "03"), ("201", "12")], strict=True
        )
    ]
    named = [{**line, "bilg_dr_codg": doctor, "fee_ocur_time": time} for line in lines]
    ids = {"event_id": f"s{number}-{count}", "setl_id": f"S{number}-{count}"}
    whose = {"psn_no": f"P{number}-{count}", "fixmedins_code": f"H{number}", "med_type": "11"}
    total = f"{sum(amounts):.2f}"
    return {
        "claim.settled": {**ids, **whose, "time": time, "medfee_sumamt": total, "feedetail": named}
    }


def reversal(number: int, count: int, time: str) -> Short:
    ids = {"event_id": f"r{number}-{count}", "setl_id": f"S{number}-{count}", "time": time}
    return {
        "claim.reversed": {**ids, "psn_no": f"P{number}-{count}", "fixmedins_code": f"H{number}"}
    }


def month(odd: Amounts, visits: int = VISITS) -> list[Short]:
    """A month of hospitals that are much alike, but for number 0."""
    shorts = [hospital(number) for number in range(PEERS)]
    shorts += [visit(0, count, odd) for count in range(visits)]
    for number in range(1, PEERS):
        shorts += [visit(number, count, usual(number)) for count in range(VISITS)]
    return shorts


def decoded(shorts: Sequence[Short]) -> list[ClaimEvent]:
    return [decode(msgspec.json.encode(event(one, n))) for n, one in enumerate(shorts)]


def ending(chunks: Sequence[Sequence[ClaimEvent]], until: Moment = JUDGED) -> dict[str, bytes]:
    auditor = Auditor(replace(BOOK, registers=Registers()), StatesInMemory())
    left: dict[str, bytes | None] = {}
    for chunk in [*(auditor.take(events) for events in chunks), auditor.advance(until)]:
        assert not chunk.failures
        left.update(chunk.alerts)
    return {id_: body for id_, body in left.items() if body is not None}


def alerts(shorts: Sequence[Short], until: Moment = JUDGED) -> list[Alert]:
    left = ending([decoded(shorts)], until)
    return [ALERT_DECODER.decode(body) for body in left.values()]


def test_a_hospital_off_in_two_figures_is_told_when_the_month_is_over() -> None:
    shorts = month(ODD)
    assert not alerts(shorts, moment("2026-06-03 23:59:59"))
    (alert,) = alerts(shorts)
    assert (alert.rule_id, alert.fixmedins_code, alert.practitioner) == ("AN-04", "H0", "")
    assert (alert.severity, alert.status, alert.amount, alert.state) == (3, "线索", "0.00", OPEN)
    assert (alert.psn_no, alert.phase) == ("", "post")
    assert set(alert.contributions) >= {"门诊购药次均费用（元）", "检查检验占比"}
    assert "第0医院2026-05月30人次，与同级同类同地区机构20家相比明显偏离" in alert.explanation
    assert "检查检验占比66.7%（中位数" in alert.explanation
    assert alert.window is not None
    assert alert.window.since == "2026-05-01T00:00:00+08:00"
    assert {one.event_id for one in alert.evidence} < {f"s0-{count}" for count in range(VISITS)}


@pytest.mark.parametrize(
    "shorts",
    [month(DEAR), month(ODD, VISITS - 1), month(usual(9)), month(ODD)[1:], month(ODD)[2:]],
    ids=["one figure", "too few visits", "like the others", "nobody knows it", "too few peers"],
)
def test_no_month_is_told(shorts: list[Short]) -> None:
    assert not alerts(shorts)


def department(of: str) -> list[Short]:
    """Doctors of one hospital, of whom the first examines more and costs more."""
    shorts = [hospital(0)]
    for number in range(PEERS):
        amounts = usual(number) if number else ODD
        shorts.append(register("practitioner", f"D{number}", dept=of))
        shorts += [visit(0, 100 * number + count, amounts, f"D{number}") for count in range(VISITS)]
    return shorts


def test_a_doctor_is_compared_within_the_department() -> None:
    (alert,) = alerts(department("内科"))
    assert (alert.fixmedins_code, alert.practitioner) == ("H0", "D0")
    assert "第0医院一名医师2026-05月30人次，与同级同类同地区同科室医师20名相比" in alert.explanation
    assert "D0" not in alert.explanation
    assert not alerts(department(""))


def stays(nights: int, fee: float) -> Iterator[Short]:
    for number in range(PEERS):
        yield hospital(number)
        length, each = (nights, fee) if number == 0 else (6 + number % 3, 5000.0 + 40 * number)
        for count in range(VISITS):
            day = 1 + count % 12
            whose = {"psn_no": f"P{number}-{count}", "fixmedins_code": f"H{number}"}
            stay = {**whose, "mdtrt_id": f"V{number}-{count}", "med_type": "21"}
            out = f"2026-05-{day + length:02d} 10:00:00"
            yield {"visit.opened": {**stay, "time": f"2026-05-{day:02d} 09:00:00"}}
            yield {"visit.closed": {**stay, "time": out}}
            settlement = {"setl_id": f"S{number}-{count}", "medfee_sumamt": f"{each:.2f}"}
            yield {"claim.settled": {**stay, **settlement, "time": out}}


def test_stays_are_compared_by_their_length_and_fee() -> None:
    (alert,) = alerts(list(stays(16, 12_000.0)))
    assert alert.fixmedins_code == "H0"
    assert alert.contributions["平均住院日"].startswith("16.0（中位数7.0")
    assert alert.contributions["住院次均费用（元）"].startswith("12000.00（中位数")
    assert not alerts(list(stays(7, 12_000.0)))


@pytest.mark.parametrize("time", ["2026-05-30 08:00:00", "2026-06-10 08:00:00"])
def test_what_was_reversed_does_not_count_however_late(time: str) -> None:
    shorts = [*month(ODD), reversal(0, 3, time)]
    assert not [one for one in alerts(shorts) if one.state == OPEN]


@cache
def mixed() -> tuple[list[ClaimEvent], list[ClaimEvent]]:
    shorts = [*month(ODD, VISITS + 2), reversal(0, 3, "2026-05-20 08:00:00")]
    events = decoded(shorts)
    return events[:PEERS], events[PEERS:]


@cache
def in_order() -> dict[str, bytes]:
    return ending(mixed())


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 2**32), size=st.sampled_from([1, 40, 400]))
def test_order_chunks_and_repeats_are_of_no_consequence(seed: int, size: int) -> None:
    registers, claims = mixed()
    chance = random.Random(seed)
    events = [*claims, *chance.sample(claims, 30)]
    chance.shuffle(events)
    chunks = [events[start : start + size] for start in range(0, len(events), size)]
    assert ending([registers, *chunks]) == in_order()
    assert len(in_order()) == 1
