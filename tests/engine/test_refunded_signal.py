"""A refund takes back what was told of the refunded line to another subject, and says so there."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import msgspec

from domain.alerts import ALERT_DECODER, WITHDRAWN
from domain.decode import decode
from domain.facts import Fees, Signal
from domain.findings import Evidence, Finding
from engine.auditor import Auditor, StatesInMemory
from engine.book import Book, build_book
from fundguard.examples import event
from rules.readings.claims import lines_of
from rules.rule import Judgement, Parameters, Rule, Stage, Tell, itself
from rules.subjects.institution import INSTITUTION
from rules.subjects.person import PERSON
from rules.view import View

TOLD = "XX-01.charged"


def _charged(view: View, anchor: str, _: Any) -> Judgement:
    lines = lines_of(view, anchor)
    if lines:
        signal = Signal(ref=TOLD, at=lines[0].at, name=TOLD, institution="H1", lines=tuple(lines))
        yield Tell(INSTITUTION, "H1", signal)


def _report(view: View, anchor: str, _: Any) -> Judgement:
    signal = view.find(Signal, anchor)
    if signal is not None:
        yield Finding(
            anchor=anchor,
            at=signal.at,
            severity=4,
            explanation="",
            counterfactual="",
            evidence=(Evidence(signal.lines[0].id, "计费"),),
            institution=signal.institution,
        )


def _visit(view: View, fact: Fees) -> tuple[str]:
    return (fact.visit,)


def test_a_refund_withdraws_what_was_told_of_its_line() -> None:
    at_person = Stage(name="a", subject=PERSON, triggers=(Fees,), affected=_visit, judge=_charged)
    at_institution = Stage(
        name="b",
        subject=INSTITUTION,
        triggers=(Signal,),
        signals=(TOLD,),
        affected=itself,
        judge=_report,
    )
    rule = Rule(
        id="XX-01",
        name="",
        name_en="",
        description="",
        phases=("post",),
        severity=4,
        legal=(),
        causes=(),
        formula="M1",
        actions={},
        parameters=Parameters(),
        stages=(at_person, at_institution),
    )
    charge = {"event_id": "f", "mdtrt_id": "V", "feedetail": [{"feedetl_sn": "x"}]}
    refund = {
        "event_id": "r",
        "time": "2026-05-02 09:00:00",
        "mdtrt_id": "V",
        "feedetail": [{"feedetl_sn": "y", "init_feedetl_sn": "x", "cnt": "-1"}],
    }
    stream = [
        decode(msgspec.json.encode(event({"fees.uploaded": fields}, number)))
        for number, fields in enumerate((charge, refund))
    ]
    for order in permutations(stream):
        book = Book(rules=[rule], subjects=build_book(only=[]).subjects)
        auditor = Auditor(book, StatesInMemory())
        alerts: dict[str, bytes | None] = {}
        for one in order:
            alerts.update(auditor.take([one]).alerts)
        (body,) = alerts.values()
        assert body is not None
        alert = ALERT_DECODER.decode(body)
        assert (alert.state, alert.withdrawn_by) == (WITHDRAWN, "r")
