"""A refund of a line that a finding rests on, but does not accuse, withdraws the finding too."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from domain.alerts import ALERT_DECODER, WITHDRAWN
from domain.decode import decode
from domain.facts import Fees
from domain.findings import AccusedLine, Finding
from engine.auditor import Auditor, StatesInMemory
from engine.book import Book, build_book
from fundguard.examples import event
from rules.readings.claims import lines_of
from rules.rule import Parameters, Rule, Stage
from rules.subjects.person import PERSON
from rules.view import View


def _visit(view: View, fact: Fees) -> tuple[str]:
    return (fact.visit,)


def _second_beside_first(view: View, anchor: str, _: Any) -> Iterator[Finding]:
    """Accuses the second line because of the first."""
    lines = lines_of(view, anchor)
    if len(lines) > 1:
        first, second = lines
        yield Finding(
            anchor=anchor,
            at=second.at,
            severity=5,
            explanation="",
            counterfactual="",
            evidence=(),
            institution="H1",
            person=view.key,
            visit=anchor,
            lines=(AccusedLine(second.id, second.code, second.covered),),
            rests_on=(first.id,),
        )


def test_a_finding_falls_with_a_line_it_rests_on() -> None:
    stage = Stage(subject=PERSON, triggers=(Fees,), affected=_visit, judge=_second_beside_first)
    rule = Rule(
        id="XX-01",
        name="",
        name_en="",
        description="",
        phases=("in",),
        severity=5,
        legal=(),
        causes=(),
        formula="M3",
        actions={},
        parameters=Parameters(),
        stages=(stage,),
    )
    lines = [{"feedetl_sn": "1"}, {"feedetl_sn": "2"}]
    refund = {"feedetl_sn": "3", "cnt": "-1", "init_feedetl_sn": "1"}
    uploads = [
        {"fees.uploaded": {"mdtrt_id": "V", "event_id": "f", "feedetail": lines}},
        {"fees.uploaded": {"mdtrt_id": "V", "event_id": "r", "feedetail": [refund]}},
    ]
    auditor = Auditor(Book(rules=[rule], subjects=build_book(only=[]).subjects), StatesInMemory())
    events = [decode(msgspec.json.encode(event(one, n))) for n, one in enumerate(uploads)]
    (body,) = auditor.take(events).alerts.values()
    assert body is not None
    alert = ALERT_DECODER.decode(body)
    assert (alert.state, alert.withdrawn_by) == (WITHDRAWN, "r")
