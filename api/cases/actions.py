"""Everything that can be done to a case. Each action is one transaction and one step of history."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.cases.lifecycle import CaseOver, Outcome, Source, Status, is_over, move, outcome_after
from api.etags import Expected
from api.review.decisions import AlertNotFound
from api.store import changes, tables
from api.store.changes import Kind
from domain.moments import CHINA


class CaseNotFound(LookupError):
    """No case of that id."""


class AssigneeNotFound(LookupError):
    """Nobody of that name can be given a case."""


class Step(NamedTuple):
    """What goes into the history."""

    action: str
    subject: str = ""
    reason: str = ""
    before: Status | None = None
    after: Status | None = None


class Exhibit(NamedTuple):
    """A piece of evidence as it is handed in."""

    kind: str
    reference: str
    summary: str
    sha256: str
    content: bytes | None


class NextStep(NamedTuple):
    """A step of the procedure, why it is taken, and what was decided if it decides."""

    to: Status
    reason: str
    outcome: Outcome | None = None


def open_case(
    session: Session, title: str, alert_ids: Sequence[str], source: Source, by: str
) -> tables.Case:
    """Open a case, as a clue, on some alerts."""
    now = datetime.now(UTC)
    day = now.astimezone(CHINA).strftime("%Y%m%d")
    case = tables.Case(
        case_id=f"C{day}-{secrets.token_hex(4)}",
        title=title,
        status=Status.PENDING.value,
        source=source.value,
        outcome=None,
        assignee=None,
        version=1,
        created_by=by,
        created_at=now,
        updated_at=now,
    )
    session.add(case)
    session.flush()
    _attach(session, case, alert_ids, by)
    _record(session, case, by, Step("open", ", ".join(alert_ids), after=Status.PENDING))
    return case


def add_alerts(
    session: Session, case_id: str, alert_ids: Sequence[str], *, expected: Expected, by: str
) -> tables.Case:
    """Bring further alerts into a case; one that is in it already changes nothing."""
    case = _opened(session, case_id, expected)
    inside = set(
        session.scalars(
            select(tables.CaseAlert.alert_id).where(tables.CaseAlert.case_id == case_id)
        )
    )
    new = [alert_id for alert_id in alert_ids if alert_id not in inside]
    if new:
        _attach(session, case, new, by)
        _changed(session, case, by, Step("alerts", ", ".join(new)))
    return case


def add_note(
    session: Session, case_id: str, text: str, *, expected: Expected | None, by: str
) -> tables.Case:
    """Write a note. Two people may write at once, so a version is checked only if given."""
    case = _opened(session, case_id, expected)
    note = tables.CaseNote(
        note_id=secrets.token_hex(8), case_id=case_id, text=text, author=by, at=datetime.now(UTC)
    )
    session.add(note)
    _changed(session, case, by, Step("note", note.note_id))
    return case


def assign(
    session: Session, case_id: str, assignee: str, reason: str, *, expected: Expected, by: str
) -> tables.Case:
    """Make somebody responsible."""
    case = _opened(session, case_id, expected)
    user = session.get(tables.User, assignee)
    if user is None or not user.active:
        raise AssigneeNotFound(assignee)
    case.assignee = assignee
    _changed(session, case, by, Step("assign", assignee, reason))
    return case


def add_evidence(
    session: Session, case_id: str, exhibit: Exhibit, *, expected: Expected | None, by: str
) -> tables.CaseEvidence:
    """Put a piece of evidence into the binder; what is in it can no longer be changed."""
    case = _opened(session, case_id, expected)
    row = tables.CaseEvidence(
        evidence_id=secrets.token_hex(8),
        case_id=case_id,
        kind=exhibit.kind,
        reference=exhibit.reference,
        sha256=exhibit.sha256,
        summary=exhibit.summary,
        size=None if exhibit.content is None else len(exhibit.content),
        content=exhibit.content,
        added_by=by,
        added_at=datetime.now(UTC),
    )
    session.add(row)
    _changed(session, case, by, Step("evidence", row.evidence_id, exhibit.summary))
    return row


def transition(
    session: Session, case_id: str, step: NextStep, *, expected: Expected, by: str
) -> tables.Case:
    """Take the next step of the procedure."""
    case = _opened(session, case_id, expected)
    before = Status(case.status)
    case.status = move(before, step.to).value
    decided = outcome_after(step.to, step.outcome, Outcome(case.outcome) if case.outcome else None)
    case.outcome = None if decided is None else decided.value
    record = Step("transition", (step.outcome or ""), step.reason, before, step.to)
    _changed(session, case, by, record)
    return case


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _opened(session: Session, case_id: str, expected: Expected | None) -> tables.Case:
    """The case, locked for this transaction, if it may still be changed."""
    case = session.scalar(
        select(tables.Case).where(tables.Case.case_id == case_id).with_for_update()
    )
    if case is None:
        raise CaseNotFound(case_id)
    if expected is not None:
        expected.check(case.version)
    if is_over(Status(case.status)):
        raise CaseOver(case_id)
    return case


def _attach(session: Session, case: tables.Case, alert_ids: Sequence[str], by: str) -> None:
    wanted = list(dict.fromkeys(alert_ids))
    known = set(
        session.scalars(select(tables.Alert.alert_id).where(tables.Alert.alert_id.in_(wanted)))
    )
    for alert_id in wanted:
        if alert_id not in known:
            raise AlertNotFound(alert_id)
        session.add(
            tables.CaseAlert(
                case_id=case.case_id,
                alert_id=alert_id,
                added_by=by,
                added_at=datetime.now(UTC),
            )
        )


def _changed(session: Session, case: tables.Case, by: str, step: Step) -> None:
    case.version += 1
    case.updated_at = datetime.now(UTC)
    _record(session, case, by, step)


def _record(session: Session, case: tables.Case, by: str, step: Step) -> None:
    session.add(
        tables.CaseStep(
            case_id=case.case_id,
            action=step.action,
            from_status=None if step.before is None else step.before.value,
            to_status=None if step.after is None else step.after.value,
            subject=step.subject,
            reason=step.reason,
            actor=by,
            at=datetime.now(UTC),
        )
    )
    changes.announce(session, Kind.CASE, [case.case_id])
