"""Alerts as the API shows them: the contract's object, with the queue's own fields beside it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import msgspec
from pydantic import BaseModel, ConfigDict, Field

from api.queue.states import QueueState, ReviewStatus
from api.ranking import traits
from api.store import tables
from detectors.ranker import Ranker
from domain.money import yuan


class AlertResource(BaseModel):
    """An alert of contract §2 (its further fields come as they are) in the review queue."""

    model_config = ConfigDict(extra="allow")

    alert_id: str
    rule_id: str
    name: str
    name_en: str
    severity: int
    status: str
    phase: str
    psn_no: str
    fixmedins_code: str
    amount: str = Field(description="yuan, two decimals")
    amount_counted: str = Field(description="the part that no other alert counts")
    explanation: str
    occurred_at: str
    state: QueueState
    withdrawn_by: str | None
    withdrawn_reason: str | None
    review_status: ReviewStatus
    priority: float = Field(ge=0, le=1)
    version: int
    created_at: datetime
    updated_at: datetime


class ContributionResource(BaseModel):
    trait: str
    value: str
    weight: float = Field(description="deviations; positive raises the priority")


class DecisionResource(BaseModel):
    decision: ReviewStatus
    reason_code: str
    reason: str
    amount: str | None
    decided_by: str
    decided_at: datetime
    alert_version: int = Field(description="the version the reviewer saw")


class CaseReference(BaseModel):
    case_id: str
    title: str
    status: str


class AlertDetail(AlertResource):
    priority_contributions: list[ContributionResource]
    decisions: list[DecisionResource]
    cases: list[CaseReference]


class AlertPage(BaseModel):
    items: list[AlertResource]
    next_cursor: str | None


def alert_fields(row: tables.Alert) -> dict[str, Any]:
    """The engine's object with the queue's fields laid over it."""
    fields: dict[str, Any] = msgspec.json.decode(row.content)
    fields["state"] = row.state
    fields["withdrawn_by"] = row.withdrawn_by
    fields["withdrawn_reason"] = row.withdrawn_reason
    fields["review_status"] = row.review_status
    fields["priority"] = row.priority
    fields["version"] = row.version
    fields["created_at"] = row.created_at
    fields["updated_at"] = row.updated_at
    return fields


def page_fields(rows: Iterable[tables.Alert], next_cursor: str | None) -> dict[str, Any]:
    return {"items": [alert_fields(row) for row in rows], "next_cursor": next_cursor}


def detail_fields(
    row: tables.Alert,
    ranker: Ranker,
    decisions: Sequence[tables.Decision],
    cases: Sequence[tables.Case],
) -> dict[str, Any]:
    """One alert with what made its priority, what was decided and where it went."""
    return {
        **alert_fields(row),
        "priority_contributions": [
            part._asdict() for part in ranker.explain_one(traits(row)).contributions
        ],
        "decisions": [decision_fields(decision) for decision in decisions],
        "cases": [
            {"case_id": case.case_id, "title": case.title, "status": case.status} for case in cases
        ],
    }


def decision_fields(row: tables.Decision) -> dict[str, Any]:
    return {
        "decision": row.decision,
        "reason_code": row.reason_code,
        "reason": row.reason,
        "amount": None if row.amount is None else yuan(row.amount),
        "decided_by": row.decided_by,
        "decided_at": row.decided_at,
        "alert_version": row.alert_version,
    }
