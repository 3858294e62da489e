"""An amount is counted once, by a finding that claims it."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from domain.alerts import ALERT_DECODER, Alert
from domain.findings import AccusedLine, Filed, Finding
from domain.moments import Moment
from engine.arbiter import arbitrate
from engine.book import Book
from engine.state import State
from rules.rule import Parameters, Rule


def rule(id: str) -> Rule:
    return Rule(
        id=id,
        name="",
        name_en="",
        description="",
        phases=("post",),
        severity=3,
        legal=(),
        causes=(),
        formula="",
        actions={},
        parameters=Parameters(),
        stages=(),
    )


def filed(rule: str, whole: str = "0", lines: tuple[AccusedLine, ...] = ()) -> Filed:
    finding = Finding(
        anchor="e1",
        at=Moment(0),
        severity=3,
        explanation="",
        counterfactual="",
        evidence=(),
        institution="H1",
        person="P1",
        visit="V1",
        settlement="S1",
        whole=Decimal(whole),
        lines=lines,
    )
    return Filed(ref=rule, at=Moment(0), rule=rule, version="1", finding=finding)


def alerts(*findings: Filed) -> dict[str, Alert]:
    return arbitrated(State(), [one.rule for one in findings], *findings)


def arbitrated(state: State, rules: Sequence[str], *findings: Filed) -> dict[str, Alert]:
    for one in findings:
        state.timeline(Filed).put(one)
    told = arbitrate(state, Book(rules=[rule(id_) for id_ in rules], subjects={}))
    assert None not in told.values()
    return {id_: ALERT_DECODER.decode(body) for id_, body in told.items() if body is not None}


LINE = AccusedLine("L1", "c", Decimal("30.00"))


def test_a_whole_settlement_counts_its_lines() -> None:
    found = alerts(filed("XX-01", "80.00"), filed("XX-02", lines=(LINE,)))
    assert (found["XX-01"].amount_counted, found["XX-02"].amount_counted) == ("80.00", "0.00")
    assert found["XX-02"].lines[0].counted_in == "XX-01"


def test_a_finding_without_amount_takes_no_line_from_another() -> None:
    alone = alerts(filed("XX-02", lines=(LINE,)))["XX-02"]
    beside = alerts(filed("XX-01"), filed("XX-02", lines=(LINE,)))
    assert beside["XX-02"] == alone
    assert alone.amount_counted == "30.00"
    assert beside["XX-01"].amount_counted == "0.00"


def test_what_a_retired_rule_said_stays_as_it_was_told() -> None:
    state = State()
    arbitrated(state, ["XX-01", "XX-02"], filed("XX-01", "80.00"))
    found = arbitrated(state, ["XX-02"], filed("XX-02", lines=(LINE,)))
    assert found.keys() == {"XX-02"}
    assert found["XX-02"].amount_counted == "30.00"
    assert state.standing.keys() == {"XX-01", "XX-02"}
