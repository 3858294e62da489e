"""Filing: from a rule's finding to what lies on the docket, with everything the alert will cite."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from domain.alerts import alert_id
from domain.events import event_id
from domain.facts import Fees, Line, Settled, Signal
from domain.findings import CONFIRMABLE, GRAVE, LEAD, AccusedLine, Filed, Finding
from domain.money import plain
from engine.book import Book
from engine.circumstances import circumstances
from engine.state import State
from engine.view import StateView
from rules.rule import Parameters, Rule, Tell
from rules.subjects.docket import DOCKET, docket_of


def file(
    finding: Finding,
    rule: Rule,
    subject: str,
    key: str,
    withdrawn_by: str,
    view: StateView,
    book: Book,
) -> Tell:
    """Put a finding on its docket.

    Whatever the rule left to the catalogue is filled in here: status by severity (疑点 from 4 up,
    06-rules §6.0), action by phase, law, formula, and the circumstances the arbiter weighs.
    """
    phase = finding.phase if finding.phase in rule.phases else rule.phases[-1]
    completed = msgspec.structs.replace(
        finding,
        phase=phase,
        status=finding.status or (CONFIRMABLE if finding.severity >= GRAVE else LEAD),
        action=finding.action or rule.actions.get(phase, ""),
        formula=finding.formula or rule.formula,
        legal=finding.legal or rule.legal,
        dedup=finding.dedup or finding.anchor,
        circumstances=tuple(sorted({*finding.circumstances, *circumstances(view, finding)})),
    )
    filed = Filed(
        ref=alert_id(rule.id, subject, key, finding.anchor),
        at=finding.at,
        rule=rule.id,
        version=rule.version,
        finding=completed,
        parameters=written(rule.parameters),
        withdrawn_by=event_id(withdrawn_by) if withdrawn_by else "",
    )
    return Tell(DOCKET, docket_of(finding), filed)


def written(parameters: Parameters) -> dict[str, str]:
    """The values a rule used, as texts."""
    return {name: _plain(value) for name, value in msgspec.structs.asdict(parameters).items()}


def _plain(value: object) -> str:
    if isinstance(value, frozenset | set):
        return ",".join(sorted(map(str, value)))
    if isinstance(value, tuple):
        return ",".join(map(str, value))
    if isinstance(value, bool):
        return "true" if value else "false"
    return plain(value) if hasattr(value, "as_tuple") else str(value)  # type: ignore[arg-type]


def reversal_of(
    state: State,
    refs: Iterable[str],
    lines: Iterable[AccusedLine | Line] = (),
    line_ids: Iterable[str] = (),
) -> str | None:
    """The reversal or refund of something that a judgement rests on: its event reference.

    Looked for among the facts with these references, the signals that rest on them, and the
    refunds of these lines. None when nothing it rests on was taken back: then it is not
    withdrawn, it never was.
    """
    wanted = set(refs)
    reversals = [
        fact.voided_by
        for fact in state.facts()
        if fact.voided_by
        and (fact.ref in wanted or (isinstance(fact, Signal) and wanted.intersection(fact.refs)))
    ]
    if reversals:
        return min(reversals)
    refunds = _refunds(state)
    ids = {*(line.id for line in lines), *line_ids}
    return min((refunds[id] for id in ids if id in refunds), default=None)


def _refunds(state: State) -> dict[str, str]:
    """The event that refunded a line, by line id."""
    found: dict[str, str] = {}
    for kind in (Fees, Settled):
        for fact in state.timeline(kind).all():
            for line in fact.lines if isinstance(fact, Fees | Settled) else ():
                if line.refund_of:
                    found.setdefault(line.refund_of, fact.ref)
    return found
