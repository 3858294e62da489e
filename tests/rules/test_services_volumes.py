"""SW-01's volumes: the dear technique everywhere and its cheap sibling nowhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from domain.alerts import ALERT_DECODER, Alert
from fundguard.examples import Example
from tests.rules.shuffling import in_order

DEAR, CHEAP = "003401001929070", "003401001939070"
PEERS = 20


def registers(paired: bool = True) -> Iterator[Mapping[str, Any]]:
    for code, other, name, price in (
        (DEAR, CHEAP, "体外冲击波治疗", "180.00"),
        (CHEAP, DEAR if paired else "", "红外线治疗", "20.00"),
    ):
        known = {"hilist_name": name, "list_type": "201", "pric": price, "sibling": other}
        yield changed("catalogue_item", code, known)
    for number in range(PEERS + 1):
        known = {"fixmedins_type": "1", "hosp_lv": "5", "admdvs": "330902"}
        yield changed("institution", f"H-{number}", {"fixmedins_name": f"第{number}医院", **known})


def changed(kind: str, id_: str, attributes: Mapping[str, str]) -> Mapping[str, Any]:
    fields = {"kind": kind, "id": id_, "time": "2020-01-01", "attributes": attributes}
    return {"reference.changed": fields}


def done(number: int, code: str, times: int) -> Iterator[Mapping[str, Any]]:
    """So many of a service at a hospital in May, ten a visit."""
    price = "180.00" if code == DEAR else "20.00"
    line = {"list_type": "201", "med_list_codg": code, "pric": price}
    for visit in range(0, times, 10):
        lines = [{**line, "cnt": str(min(10, times - visit))}]
        who = {"fixmedins_code": f"H-{number}", "psn_no": f"P{number}", "med_type": "11"}
        time = f"2026-05-{1 + visit // 10:02d} 10:00:00"
        yield {"claim.settled": {"time": time, **who, "feedetail": lines}}


def alerts(dear: int, cheap: int, peers_cheap: int = 30, paired: bool = True) -> list[Alert]:
    events = list(registers(paired))
    events += done(0, DEAR, dear)
    events += done(0, CHEAP, cheap)
    for number in range(1, PEERS + 1):
        events += done(number, DEAR, 10 + number % 5)
        events += done(number, CHEAP, peers_cheap)
    ended = in_order("SW-01", Example("SW-01", "volumes", True, tuple(events), None, {}))
    return [ALERT_DECODER.decode(body) for body in ended.values()]


def test_a_dear_technique_that_displaced_its_sibling_is_told() -> None:
    (alert,) = alerts(dear=60, cheap=2)
    assert (alert.fixmedins_code, alert.severity, alert.hit_count) == ("H-0", 3, 60)
    assert alert.amount == "9600.00"


def test_volumes_are_let_pass_where_one_of_the_three_signs_is_missing() -> None:
    assert not alerts(dear=60, cheap=10)
    assert not alerts(dear=60, cheap=2, peers_cheap=5)
    assert not alerts(dear=18, cheap=0)


def test_techniques_are_siblings_only_when_each_names_the_other() -> None:
    assert not alerts(dear=60, cheap=2, paired=False)
