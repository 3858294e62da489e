"""What was taken back ends alike at every subject, whenever anybody happens to ask."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import permutations
from typing import Any

import msgspec
import pytest

from domain.alerts import ALERT_DECODER, WITHDRAWN
from domain.decode import decode
from domain.events import ClaimEvent
from domain.facts import Settled, Signal
from domain.findings import Evidence, Finding, Wait
from domain.moments import DAY, Moment, moment
from engine.auditor import Auditor, StatesInMemory
from engine.book import Book, build_book
from fundguard.examples import event
from rules.projections.institution_day import TALLY
from rules.rule import Judgement, Parameters, Rule, Stage, itself
from rules.subjects.institution_day import key_of
from rules.subjects.person import PERSON
from rules.view import View

CLAIM = {"event_id": "a", "time": "2026-05-01 09:00:00", "setl_id": "S", "mdtrt_id": "V"}
REVERSAL = {"event_id": "r", "time": "2026-05-01 10:00:00", "setl_id": "S"}
FEES = {"event_id": "f", "time": "2026-05-01 08:50:00", "mdtrt_id": "V", "feedetail": [{}]}


def events(*shorts: tuple[str, dict[str, Any]]) -> list[ClaimEvent]:
    return [
        decode(msgspec.json.encode(event({kind: fields}, number)))
        for number, (kind, fields) in enumerate(shorts)
    ]


def _wait_a_day(view: View, anchor: str, _: Any) -> Judgement:
    claim = view.find(Settled, anchor)
    if claim is None:
        return
    due = Moment(claim.at + DAY)
    if view.clock < due:
        yield Wait(due)
        return
    yield Finding(
        anchor=anchor,
        at=claim.at,
        severity=4,
        explanation="",
        counterfactual="",
        evidence=(Evidence(claim.ref, "结算"),),
        institution=claim.institution,
        person=claim.person,
    )


def patient_book() -> Book:
    stage = Stage(subject=PERSON, triggers=(Settled,), affected=itself, judge=_wait_a_day)
    rule = Rule(
        id="XX-01",
        name="",
        name_en="",
        description="",
        phases=("post",),
        severity=4,
        legal=(),
        causes=(),
        formula="M6",
        actions={},
        parameters=Parameters(),
        stages=(stage,),
    )
    return Book(rules=[rule], subjects=build_book(only=[]).subjects)


def test_a_withdrawn_alert_waits_as_an_open_one_does() -> None:
    stream = events(("claim.settled", CLAIM), ("claim.reversed", REVERSAL))
    found = set()
    for late in (False, True):
        auditor = Auditor(patient_book(), StatesInMemory())
        alerts: dict[str, bytes | None] = {}
        if late:
            alerts.update(auditor.advance(moment("2026-05-05")).alerts)
        alerts.update(auditor.take(stream).alerts)
        alerts.update(auditor.advance(moment("2026-05-05")).alerts)
        found.add(frozenset(alerts.values()))
    ((body,),) = found
    assert body is not None
    assert ALERT_DECODER.decode(body).state == WITHDRAWN


def institution_day(stream: Iterable[ClaimEvent]) -> tuple[Sequence[Settled], str]:
    """What the institution's day and its tally hold after these events, one after another."""
    states = StatesInMemory()
    auditor = Auditor(build_book(only=[]), states)
    for one in stream:
        auditor.take([one])
    at = moment("2026-05-01 09:00:00")
    held = states.get(("institution_day", key_of("H1", at))).timeline(Settled).all()
    tallies = states.get(("institution", "H1")).timeline(Signal).between(at - DAY // 2, at)
    (count,) = (
        one.values["settlements"]
        for one in tallies
        if isinstance(one, Signal) and one.name == TALLY
    )
    return held, count  # type: ignore[return-value]


@pytest.mark.parametrize("with_reversal", [True, False])
def test_an_institution_hears_a_settlement_with_its_lines_in_any_order(with_reversal: bool) -> None:
    outpatient = {**CLAIM, "med_type": "11"}
    stream = events(("fees.uploaded", FEES), ("claim.settled", outpatient))
    if with_reversal:
        stream += events(("claim.reversed", REVERSAL))
    ends = [institution_day(order) for order in permutations(stream)]
    assert all(end == ends[0] for end in ends)
    (claim,) = ends[0][0]
    assert [line.id for line in claim.lines] == ["L0-0"]
    assert claim.void == ("r /examples" if with_reversal else "")


def test_lines_that_another_settlement_names_are_taken_from_the_first() -> None:
    lines = [{"feedetl_sn": "x"}, {"feedetl_sn": "y"}]
    stream = events(
        ("fees.uploaded", {**FEES, "feedetail": lines}),
        ("claim.settled", {**CLAIM, "med_type": "11"}),
        (
            "claim.settled",
            {**CLAIM, "event_id": "b", "setl_id": "T", "med_type": "11", "feedetail": lines[:1]},
        ),
    )
    for order in permutations(stream):
        held, _ = institution_day(order)
        assert {claim.settlement: [line.id for line in claim.lines] for claim in held} == {
            "S": ["y"],
            "T": ["x"],
        }


def test_a_settlement_sent_again_leaves_the_tally_of_the_others() -> None:
    """The same settlement, dated the day before: the day keeps what else it has."""
    before = {**CLAIM, "event_id": "b", "time": "2026-04-30 20:00:00"}
    other = {**CLAIM, "event_id": "c", "setl_id": "T", "mdtrt_id": "W", "psn_no": "P2"}
    kinds = (("claim.settled", one) for one in (CLAIM, before, other))
    ends = [institution_day(order) for order in permutations(events(*kinds))]
    assert all(end == ends[0] for end in ends)
    assert ends[0][1] == "1"
