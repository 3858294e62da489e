"""AN-01 from a settlement to its alert, and beside the rules without touching them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from typing import Any

import msgspec

from detectors.settlement_outlier import WARM_UP, SettlementOutlier
from domain.alerts import ALERT_DECODER, OPEN, WITHDRAWN, Alert
from domain.decode import decode
from domain.facts import Signal
from domain.moments import Moment
from engine.anomalies.an_01_settlement_outlier import CITY, ODD, OUTLIER, RULE, SCORE
from engine.audit import Emission
from engine.auditor import Auditor, Chunk, StatesInMemory
from engine.book import build_book
from engine.learning import Experience
from engine.registers import Registers
from engine.state import State
from fundguard.examples import event
from rules.subjects.anomaly_day import ANOMALY_DAY
from rules.subjects.person import PERSON
from rules.subjects.stratum import STRATUM, key_of
from tests.city import city, rule_alerts, shuffled
from tests.detectors.conftest import plausible_settlements

HOSPITAL = {"fixmedins_name": "定海医院", "hosp_lv": "5", "admdvs": "330902"}
BOOK = build_book(only=["AN-01"])


@cache
def trained() -> bytes:
    """The record of a model that knows outpatients of a hospital of the second level."""
    detector = SettlementOutlier(1)
    detector.score_then_learn_many(plausible_settlements(1, 2 * WARM_UP, 0.0)[0])
    return Experience(detector).record()


def auditor(*strata: str) -> Auditor:
    states = StatesInMemory()
    for stratum in strata:
        states.changed((STRATUM, stratum), State(model=trained()))
    return Auditor(replace(BOOK, registers=Registers()), states)


def register(id: str = "H5", **more: Any) -> dict[str, Any]:
    attributes = {**HOSPITAL, **more}
    entry = {"kind": "institution", "id": id, "time": "2020-01-01 00:00:00"}
    return {"reference.changed": {**entry, "attributes": attributes}}


def settled(time: str = "2026-05-01 03:12:00", **more: Any) -> dict[str, Any]:
    """A settlement at night with medicines for 90 days."""
    line = {"pric": "61.30", "prd_days": "90", "fee_ocur_time": time}
    fields = {"event_id": "odd", "setl_id": "S1", "fixmedins_code": "H5", "med_type": "11"}
    amounts = {"medfee_sumamt": "61.30", "fund_pay_sumamt": "36.00", "feedetail": [line]}
    return {"claim.settled": {**fields, **amounts, "time": time, **more}}


REVERSAL = {"claim.reversed": {"event_id": "back", "setl_id": "S1", "time": "2026-05-02 09:00:00"}}
USUAL_LINE = {"list_type": "201", "pric": "31.40", "fee_ocur_time": "2026-05-01 09:10:00"}
USUAL: dict[str, Any] = {
    "time": "2026-05-01 09:10:00",
    "medfee_sumamt": "62.80",
    "feedetail": [USUAL_LINE, USUAL_LINE | {"list_type": "101", "feedetl_sn": "x"}],
}


def taken(by: Auditor, *shorts: dict[str, Any]) -> Chunk:
    return by.take([decode(msgspec.json.encode(event(one, n))) for n, one in enumerate(shorts)])


def standing(chunks: Iterable[Chunk]) -> list[Alert]:
    found: dict[str, bytes | None] = {}
    for chunk in chunks:
        assert not chunk.failures
        found.update(chunk.alerts)
    return [ALERT_DECODER.decode(body) for body in found.values() if body is not None]


def test_an_odd_settlement_becomes_a_lead_with_its_reasons() -> None:
    (alert,) = standing([taken(auditor("11|5"), register(), settled())])
    assert (alert.rule_id, alert.status, alert.severity, alert.state) == ("AN-01", "线索", 3, OPEN)
    assert (alert.setl_id, alert.fixmedins_code, alert.phase) == ("S1", "H5", "post")
    assert (alert.amount, alert.amount_counted, alert.legal_basis) == ("0.00", "0.00", ("TL-15",))
    assert alert.score is not None
    assert 0.5 < alert.score < 1
    assert alert.contributions["结算时刻"].startswith("03:12（约每")
    assert alert.contributions["用药天数"].startswith("90天（约每")
    assert "定海医院2026-05-01 03:12结算61.30元，在二级甲等普通门诊结算中少见" in alert.explanation
    assert all(name + how in alert.explanation for name, how in alert.contributions.items())
    assert alert.evidence[0].event_id == "odd"
    assert alert.evidence[0].values["基金支付"] == "36"


def test_an_ordinary_settlement_and_an_untrained_model_say_nothing() -> None:
    assert not standing([taken(auditor("11|5"), register(), settled(**USUAL))])
    assert not standing([taken(auditor(), register(), settled())])


def test_a_reversal_withdraws_the_alert() -> None:
    by = auditor("11|5")
    reversal = {"claim.reversed": {**REVERSAL["claim.reversed"], "fixmedins_code": "H5"}}
    (alert,) = standing([taken(by, register(), settled()), taken(by, reversal)])
    assert (alert.state, alert.withdrawn_by) == (WITHDRAWN, "back")


def test_a_settlement_known_to_be_reversed_is_not_learnt() -> None:
    states = StatesInMemory()
    states.changed((STRATUM, "11|5"), State(model=trained()))
    by = Auditor(replace(BOOK, registers=Registers()), states)
    assert not standing([taken(by, register(), REVERSAL, settled())])
    assert states.get((STRATUM, "11|5")).model == trained()


def test_what_is_told_again_is_not_learnt_again() -> None:
    states = StatesInMemory()
    by = Auditor(replace(BOOK, registers=Registers()), states)
    taken(by, register(), settled())
    once = states.get((STRATUM, "11|5")).model
    resent = settled(event_id="again", time="2026-05-01 03:13:00")
    lines = {"fees.uploaded": {"mdtrt_id": "visit-1", "fixmedins_code": "H5", "feedetail": [{}]}}
    for short in (settled(), lines, resent):
        taken(by, short)
    assert states.get((STRATUM, "11|5")).model == once


def test_every_kind_and_level_has_its_own_model() -> None:
    states = StatesInMemory()
    by = Auditor(replace(BOOK, registers=Registers()), states)
    shorts = [
        settled(med_type="140104", setl_id="a", event_id="a"),
        settled(med_type="14", setl_id="b", event_id="b"),
        settled(fixmedins_code="H9", setl_id="c", event_id="c"),
    ]
    taken(by, register(), register("H9", hosp_lv="9"), *shorts)
    strata = {key for subject, key in states.by_place if subject == STRATUM}
    assert strata == {"14|5", "11|9"} == {key_of("140104", "5"), key_of("11", "9")}


def test_the_way_to_an_unusual_place_is_seen() -> None:
    by = auditor("11|5")
    far = register("H6", fixmedins_name="远方医院", lat="31.73", lng="116.52")
    near = [
        settled(
            **USUAL | {"time": f"2026-04-{day:02d} 09:10:00"}, setl_id=f"n{day}", event_id=f"n{day}"
        )
        for day in (1, 8, 15)
    ]
    chunk = taken(by, register(lat="29.98", lng="122.21"), far, *near, settled(fixmedins_code="H6"))
    (alert,) = (one for one in standing([chunk]) if one.setl_id == "S1")
    assert alert.evidence[0].values["与常去机构距离"] == "577公里"
    assert alert.evidence[0].values["距上次结算天数"] == "15.8天"


def odd(number: int, score: float) -> Emission:
    fact = Signal(
        ref=f"{ODD} S{number:03d}",
        at=Moment(number),
        name=ODD,
        person=f"P{number:03d}",
        settlement=f"S{number:03d}",
        values={CITY: "3309", SCORE: repr(score)},
    )
    return Emission(ANOMALY_DAY, "3309|0", fact.ref, fact)


def test_a_city_hears_of_its_fifty_oddest_a_day_in_any_order() -> None:
    scores = [odd(number, 0.5 + number / 1000) for number in range(60)]
    for arrived in (scores, scores[::-1]):
        by, heard = auditor(), dict[str, object]()
        for one in arrived:
            told = by.round([one], (), Chunk())
            assert {emission.subject for emission in told} <= {PERSON}
            heard.update({emission.ref: emission.fact for emission in told})
        left = {ref for ref, fact in heard.items() if fact is not None}
        assert left == {f"{OUTLIER} S{number:03d}" for number in range(10, 60)}


def all_alerts(events: Iterable[bytes], only: list[str], chunk: int) -> dict[str, bytes]:
    """Every alert that is left of a city whose strata are all well known already."""
    raws = list(events)
    decoded = [decode(raw) for raw in raws]
    states = StatesInMemory()
    for level in range(12):
        for kind in ("11", "12", "13", "14", "21", "28", "41"):
            states.changed((STRATUM, key_of(kind, str(level))), State(model=trained()))
    by = Auditor(build_book(only=only), states)
    left: dict[str, bytes | None] = {}
    for entry in [one for one in decoded if one.name == "reference.changed"]:
        by.take([entry])
    for start in range(0, len(decoded), chunk):
        done = by.take(decoded[start : start + chunk])
        assert not done.failures
        left.update(done.alerts)
    return {id_: body for id_, body in left.items() if body is not None}


def test_models_leave_the_rules_alone_in_any_order() -> None:
    events = city(persons=150, days=30)
    every = [rule.id for rule in build_book().rules]
    rules = [id_ for id_ in every if not id_.startswith("AN-")]
    without = all_alerts(events, rules, 2_000)
    beside = all_alerts(events, every, 2_000)
    late = all_alerts(shuffled(events, seed=5), every, 300)
    assert without
    assert rule_alerts(beside) == rule_alerts(late) == without
    assert len(beside) > len(without)
    assert len(late) > len(without)


def test_the_book_can_leave_models_out() -> None:
    assert STRATUM in build_book(only=[RULE.id]).learners
    assert not build_book(only=["ID-02"]).learners
