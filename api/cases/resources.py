"""Cases as the API shows them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field

from api.cases.dossier import Dossier, Listed
from api.cases.lifecycle import ALLOWED, Outcome, Source, Status
from api.store import tables
from domain.money import yuan


class CaseSummary(BaseModel):
    case_id: str
    title: str
    status: Status
    source: Source
    outcome: Outcome | None
    assignee: str | None
    version: int
    alert_count: int
    amount_involved: str = Field(description="yuan; every claim line counted once")
    created_by: str
    created_at: datetime
    updated_at: datetime


class CaseAlertResource(BaseModel):
    alert_id: str
    rule_id: str
    name: str
    name_en: str
    severity: int
    state: str
    fixmedins_code: str
    amount_counted: str
    occurred_at: datetime


class NoteResource(BaseModel):
    note_id: str
    text: str
    author: str
    at: datetime


class EvidenceResource(BaseModel):
    evidence_id: str
    kind: str
    reference: str
    sha256: str
    summary: str
    size: int | None = Field(description="bytes kept here; null when only referenced")
    added_by: str
    added_at: datetime


class StepResource(BaseModel):
    action: str
    from_status: Status | None
    to_status: Status | None
    subject: str
    reason: str
    actor: str
    at: datetime


class CaseDetail(CaseSummary):
    allowed: list[Status] = Field(description="steps the procedure has from here")
    alerts: list[CaseAlertResource]
    notes: list[NoteResource]
    evidence: list[EvidenceResource]
    history: list[StepResource]


class CasePage(BaseModel):
    items: list[CaseSummary]
    next_cursor: str | None


def summary_fields(listed: Listed) -> dict[str, Any]:
    case = listed.case
    return {
        **_copied(case, CaseSummary),
        "alert_count": listed.alerts,
        "amount_involved": yuan(listed.amount_involved),
    }


def detail_fields(dossier: Dossier) -> dict[str, Any]:
    case = dossier.case
    return {
        **summary_fields(Listed(case, len(dossier.alerts), dossier.amount_involved)),
        "allowed": sorted(ALLOWED[Status(case.status)]),
        "alerts": [
            {**_copied(row, CaseAlertResource), "amount_counted": yuan(row.amount_counted)}
            for row in dossier.alerts
        ],
        "notes": [_copied(row, NoteResource) for row in dossier.notes],
        "evidence": [_copied(row, EvidenceResource) for row in dossier.evidence],
        "history": [_copied(row, StepResource) for row in dossier.steps],
    }


def evidence_fields(row: tables.CaseEvidence) -> dict[str, Any]:
    return _copied(row, EvidenceResource)


def _copied(row: tables.Table, resource: type[BaseModel]) -> dict[str, Any]:
    """The columns of a row that its resource shows under the same name."""
    return {name: getattr(row, name) for name in resource.model_fields if hasattr(row, name)}
