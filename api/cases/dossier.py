"""A case with everything in it, read in one snapshot."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Final, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.cases.actions import CaseNotFound
from api.cases.lifecycle import Status, is_over
from api.store import tables
from domain.money import ZERO

_OVER: Final = tuple(status.value for status in Status if is_over(status))
_OFFERED: Final = 20


class Dossier(NamedTuple):
    case: tables.Case
    alerts: Sequence[tables.Alert]
    notes: Sequence[tables.CaseNote]
    evidence: Sequence[tables.CaseEvidence]
    steps: Sequence[tables.CaseStep]

    @property
    def amount_involved(self) -> Decimal:
        """What its alerts count; a withdrawn one counts no longer."""
        counted = (alert.amount_counted for alert in self.alerts if not alert.withdrawn)
        return sum(counted, ZERO)


class Listed(NamedTuple):
    """A case in a list: how many alerts it holds and what they count."""

    case: tables.Case
    alerts: int
    amount_involved: Decimal


def read(session: Session, case_id: str) -> Dossier:
    """Everything of one case, the history with its latest step first."""
    case = session.get(tables.Case, case_id)
    if case is None:
        raise CaseNotFound(case_id)
    alerts = session.scalars(
        select(tables.Alert)
        .join(tables.CaseAlert, tables.CaseAlert.alert_id == tables.Alert.alert_id)
        .where(tables.CaseAlert.case_id == case_id)
        .order_by(tables.CaseAlert.added_at, tables.Alert.alert_id)
    ).all()
    notes = session.scalars(
        select(tables.CaseNote)
        .where(tables.CaseNote.case_id == case_id)
        .order_by(tables.CaseNote.at.desc())
    ).all()
    evidence = session.scalars(
        select(tables.CaseEvidence)
        .where(tables.CaseEvidence.case_id == case_id)
        .order_by(tables.CaseEvidence.added_at)
    ).all()
    steps = session.scalars(
        select(tables.CaseStep)
        .where(tables.CaseStep.case_id == case_id)
        .order_by(tables.CaseStep.id.desc())
    ).all()
    return Dossier(case, alerts, notes, evidence, steps)


def cases_of(session: Session, alert_id: str) -> Sequence[tables.Case]:
    """The cases an alert is part of."""
    return session.scalars(
        select(tables.Case)
        .join(tables.CaseAlert, tables.CaseAlert.case_id == tables.Case.case_id)
        .where(tables.CaseAlert.alert_id == alert_id)
        .order_by(tables.Case.created_at)
    ).all()


def open_cases(session: Session) -> Sequence[tables.Case]:
    """The cases that changed last among those still open, to bring an alert into."""
    return session.scalars(
        select(tables.Case)
        .where(tables.Case.status.not_in(_OVER))
        .order_by(tables.Case.updated_at.desc())
        .limit(_OFFERED)
    ).all()


def listed(session: Session, cases: Sequence[tables.Case]) -> list[Listed]:
    """The cases of one page with what they hold, in the same order."""
    rows = session.execute(
        select(
            tables.CaseAlert.case_id,
            func.count(),
            func.sum(tables.Alert.amount_counted).filter(tables.Alert.withdrawn.is_(False)),
        )
        .join(tables.Alert, tables.Alert.alert_id == tables.CaseAlert.alert_id)
        .where(tables.CaseAlert.case_id.in_([case.case_id for case in cases]))
        .group_by(tables.CaseAlert.case_id)
    )
    sums = {row[0]: (row[1], row[2]) for row in rows}
    found = ((case, *sums.get(case.case_id, (0, None))) for case in cases)
    return [Listed(case, count, amount or ZERO) for case, count, amount in found]
