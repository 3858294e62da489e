"""Who saw which person's alert: for auditors."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select
from starlette.responses import Response

from api import answers
from api.access import needs
from api.cursors import Place
from api.documented import problems
from api.security.permissions import Permission
from api.security.principals import Principal
from api.shell import TheShell
from api.store.tables import Reading
from api.texts import AlertId, Code

router = APIRouter(prefix="/api/v1/access-log", tags=["audit"])
Auditor = Annotated[Principal, Depends(needs(Permission.READ_ACCESS_LOG))]


class AccessQuery(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    alert_id: AlertId | None = None
    actor: Code | None = None
    limit: int = Field(default=50, ge=1, le=200)
    cursor: str | None = Field(default=None, max_length=2_000)


class ReadingResource(BaseModel):
    at: datetime
    actor: str
    action: str
    alert_id: str
    trace_id: str


class AccessPage(BaseModel):
    items: list[ReadingResource]
    next_cursor: str | None


@router.get("", response_model=AccessPage, responses=problems(401, 403, 422))
def list_readings(
    request: Request, query: Annotated[AccessQuery, Query()], _auditor: Auditor, shell: TheShell
) -> Response:
    """One page of the log, the latest first."""
    name = f"access {query.alert_id} {query.actor}"
    statement = select(Reading).order_by(Reading.id.desc()).limit(query.limit + 1)
    if query.alert_id is not None:
        statement = statement.where(Reading.alert_id == query.alert_id)
    if query.actor is not None:
        statement = statement.where(Reading.actor == query.actor)
    if query.cursor is not None:
        statement = statement.where(Reading.id < shell.cursors.read(query.cursor, name).value)
    with shell.store.read() as session:
        rows = session.scalars(statement).all()
    shown = rows[: query.limit]
    more = len(rows) > query.limit
    cursor = shell.cursors.write(Place(name, shown[-1].id, "")) if more else None
    items = [
        {field: getattr(row, field) for field in ReadingResource.model_fields} for row in shown
    ]
    return answers.page_answer(request, {"items": items, "next_cursor": cursor})
