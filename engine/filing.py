"""Filing: from a rule's finding to what lies on the docket, with everything the alert will cite."""

from __future__ import annotations

import msgspec

from domain.alerts import alert_id
from domain.events import event_id
from domain.facts import Fees, Settled
from domain.findings import CONFIRMABLE, GRAVE, LEAD, Filed, Finding
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


def reversal_of(state: State, finding: Finding | None, refs: list[str]) -> str:
    """The reversal (or refund) but for which something would stand: its event reference.

    Looked for first among the facts the finding rests on, then among the lines it accuses, then
    anywhere in the state.
    """
    for ref in refs:
        for timeline in state.timelines.values():
            fact = timeline.get(ref)
            if fact is not None and fact.voided_by:
                return fact.voided_by
    refunds = _refunds(state)
    for line in finding.lines if finding is not None else ():
        if line.id in refunds:
            return refunds[line.id]
    voids = sorted(fact.voided_by for fact in state.facts() if fact.voided_by)
    return voids[0] if voids else min(refunds.values(), default="")


def _refunds(state: State) -> dict[str, str]:
    """The event that refunded a line, by line id."""
    found: dict[str, str] = {}
    for kind in (Fees, Settled):
        for fact in state.timeline(kind).all():
            for line in fact.lines if isinstance(fact, Fees | Settled) else ():
                if line.refund_of:
                    found.setdefault(line.refund_of, fact.ref)
    return found
