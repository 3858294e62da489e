"""DT-01 where a line has several packs, and where a code is no pack's."""

from __future__ import annotations

from typing import Any

import pytest

from domain.alerts import ALERT_DECODER, OPEN, Alert
from fundguard.examples import Example
from tests.rules.shuffling import in_order

DRUG = "XA02BCA001A001010100001"
PACKS = ["81000010000000000017", "81000010000000000024"]


def alerts(*events: dict[str, Any]) -> list[Alert]:
    ended = in_order("DT-01", Example("DT-01", "packs", True, events, None, {}))
    return [ALERT_DECODER.decode(body) for body in ended.values()]


def sale(number: int, shop: str, traces: list[str], **more: Any) -> dict[str, Any]:
    line = {"feedetl_sn": f"L{number}", "med_list_codg": DRUG, "traces": traces, **more}
    line.setdefault("cnt", str(len(traces)))
    who = {"psn_no": f"P{number}", "fixmedins_code": shop, "mdtrt_id": f"V{number}"}
    time = f"2026-06-{number + 1:02d} 10:00:00"
    return {"claim.settled": {"time": time, **who, "med_type": "11", "feedetail": [line]}}


def refund(number: int, shop: str, traces: list[str]) -> dict[str, Any]:
    line = {"feedetl_sn": f"R{number}", "init_feedetl_sn": f"L{number}", "cnt": "-1"}
    who = {"psn_no": f"P{number}", "fixmedins_code": shop, "mdtrt_id": f"V{number}"}
    lines = [{**line, "med_list_codg": DRUG, "traces": traces}]
    time = f"2026-06-{number + 1:02d} 18:00:00"
    return {"fees.uploaded": {"time": time, **who, "feedetail": lines}}


def test_the_pack_that_a_refund_names_is_free_and_the_other_is_not() -> None:
    first, back = sale(1, "PH1", PACKS), refund(1, "PH1", PACKS[:1])
    assert not alerts(first, back, sale(2, "PH2", PACKS[:1]))
    assert alerts(first, back, sale(2, "PH2", PACKS[1:]))


@pytest.mark.parametrize("again", [PACKS[:1], PACKS[1:]])
def test_a_refund_that_names_no_pack_frees_them_all(again: list[str]) -> None:
    assert not alerts(sale(1, "PH1", PACKS), refund(1, "PH1", []), sale(2, "PH2", again))


def test_every_pack_settled_again_is_told_and_the_line_is_counted_once() -> None:
    first, second = alerts(sale(1, "PH1", PACKS), sale(2, "PH2", PACKS))
    assert (first.amount, second.amount) == ("20.00", "20.00")
    assert sorted((first.amount_counted, second.amount_counted)) == ["0.00", "20.00"]


def test_a_code_that_everybody_sends_accuses_nobody() -> None:
    sales = [sale(number % 28, f"PH-{number}", PACKS[:1]) for number in range(31)]
    for number, one in enumerate(sales):
        one["claim.settled"]["mdtrt_id"] = f"V-{number}"
    assert all(alert.severity == 5 for alert in alerts(*sales[:30]))
    (notice,) = alerts(*sales)
    assert (notice.state, notice.severity, notice.hit_count) == (OPEN, 1, 31)
