"""Stolen credentials: contradictions the knowledge base knows, and places it must not believe."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from domain.alerts import ALERT_DECODER, Alert
from domain.decode import decode
from engine.auditor import Auditor, StatesInMemory
from engine.book import build_book
from fundguard.examples import event, world
from rules.knowledge.base import KnowledgeBase
from rules.knowledge.constraints import Age, AgeLimit, AnyConstraint, SexLimit
from rules.knowledge.point import KnowledgePoint

Short = Mapping[str, Any]

WOMENS, CHILDS = "ZD02AAF0202010105046", "XJ01CAE001A010010100001"


def point(id_: str, rule: str, code: str, constraint: AnyConstraint) -> KnowledgePoint:
    return KnowledgePoint(
        id=id_,
        rule_class="药品区分性别使用" if rule == "CL-03" else "药品儿童专用",
        official_code="",
        rule=rule,
        name=f"药品{id_}",
        codes=(code,),
        published="",
        batch="1",
        constraint=constraint,
    )


KNOWLEDGE = KnowledgeBase(
    [
        point("K1", "CL-03", WOMENS, SexLimit(sex="2")),
        point("K2", "CL-04", CHILDS, AgeLimit(group="儿童", most=Age(17, "岁"))),
    ]
)


def audited(
    shorts: Sequence[Short], rules: Sequence[str] = ("ID-01",), one_by_one: bool = False
) -> list[Alert]:
    auditor = Auditor(build_book(only=rules, knowledge=KNOWLEDGE), StatesInMemory())
    events = [event(one, number) for number, one in enumerate([*world(), *shorts])]
    decoded = [decode(msgspec.json.encode(one)) for one in events]
    alerts: dict[str, bytes | None] = {}
    for chunk in [[one] for one in decoded] if one_by_one else [decoded]:
        taken = auditor.take(chunk)
        assert not taken.failures
        alerts.update(taken.alerts)
    return [ALERT_DECODER.decode(body) for _, body in sorted(alerts.items()) if body is not None]


def bought(code: str, person: str = "P1", **more: Any) -> Short:
    return {
        "claim.settled": {
            "time": "2026-05-01 10:00:00",
            "psn_no": person,
            "fixmedins_code": "PH1",
            "feedetail": [{"med_list_codg": code}],
            **more,
        }
    }


STRANGER: dict[str, Any] = {"face_result": {"score": 0.31, "liveness": 0.97}}


def test_a_womens_drug_and_a_strange_face_on_a_mans_card_add_up() -> None:
    (alert,) = audited([bought(WOMENS, **STRANGER)])
    assert (alert.score, alert.action, alert.severity) == (85.0, "A4", 4)
    assert alert.contributions == {"face_fail": "50", "sex_conflict": "35"}
    assert "限女性使用" in alert.explanation


def test_a_childs_drug_and_a_strange_face_on_a_grown_mans_card_add_up() -> None:
    (alert,) = audited([bought(CHILDS, **STRANGER)])
    assert alert.contributions == {"face_fail": "50", "age_conflict": "25"}


def test_a_husband_who_collects_for_his_wife_on_his_card_is_one_weak_sign() -> None:
    assert audited([bought(WOMENS)]) == []


def test_a_woman_is_no_contradiction() -> None:
    assert audited([bought(WOMENS, "P2", **STRANGER)]) == []


def test_a_sex_corrected_in_the_register_takes_the_sign_away() -> None:
    correction: Short = {
        "reference.changed": {
            "kind": "person",
            "id": "P1",
            "time": "2020-06-01",
            "attributes": {"psn_no": "P1", "gend": "2"},
        }
    }
    claim = bought(WOMENS, **STRANGER)
    assert audited([claim, correction], one_by_one=True) == []


def purchase(person: str, shop: str, time: str) -> Short:
    """One named by what it is, so that it is the same event wherever it stands."""
    name = f"{person}-{shop}"
    named = {"event_id": name, "mdtrt_id": f"V-{name}", "setl_id": f"S-{name}"}
    return {"claim.settled": {**named, "time": time, "psn_no": person, "fixmedins_code": shop}}


def arrivals(persons: int) -> list[Short]:
    """Each buys in Zhoushan, and 38 minutes later at one pharmacy registered in Lu'an."""
    return [
        purchase(f"Q{day}", shop, f"2026-05-{day:02d} {clock}:00")
        for day in range(1, persons + 1)
        for shop, clock in (("PH1", "09:02"), ("LP1", "09:40"))
    ]


def test_nineteen_impossible_journeys_to_one_place_are_nineteen_alerts() -> None:
    found = audited(arrivals(19), ("ID-01", "ID-02"), one_by_one=True)
    assert sum(alert.rule_id == "ID-01" for alert in found) == 19


def test_a_place_that_makes_travellers_of_everybody_accuses_nobody() -> None:
    found = audited(arrivals(20), ("ID-01", "ID-02"), one_by_one=True)
    assert [(alert.rule_id, alert.severity) for alert in found] == [("ID-02", 1)]


def test_the_place_is_believed_again_when_too_few_journeys_are_left() -> None:
    """The twentieth came to that pharmacy from the hospital next door, as is known late."""
    late = purchase("Q20", "LH1", "2026-05-20 09:35:00")
    found = audited([*arrivals(20), late], ("ID-01", "ID-02"), one_by_one=True)
    assert sum(alert.rule_id == "ID-02" and alert.severity > 1 for alert in found) == 20
    assert found == audited([late, *arrivals(20)], ("ID-01", "ID-02"))
