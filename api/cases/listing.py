"""The list of cases, page by page, the latest change first."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from api.cases.lifecycle import Status
from api.cursors import BadCursor, Cursors, Place
from api.store.tables import Case
from api.texts import UserName


class CaseQuery(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    status: Status | None = None
    assignee: UserName | None = None
    limit: int = Field(default=50, ge=1, le=200)
    cursor: str | None = Field(default=None, max_length=2_000)


class Page(NamedTuple):
    cases: Sequence[Case]
    next_cursor: str | None


def page(session: Session, query: CaseQuery, cursors: Cursors) -> Page:
    """One page of the cases a query asks for."""
    statement = select(Case).order_by(Case.updated_at.desc(), Case.case_id.desc())
    if query.status is not None:
        statement = statement.where(Case.status == query.status.value)
    if query.assignee is not None:
        statement = statement.where(Case.assignee == query.assignee)
    if query.cursor is not None:
        place = cursors.read(query.cursor, _fingerprint(query))
        try:
            at = datetime.fromisoformat(str(place.value))
        except ValueError as error:
            raise BadCursor from error
        same_moment = and_(Case.updated_at == at, Case.case_id < place.last_id)
        statement = statement.where(or_(Case.updated_at < at, same_moment))
    rows = session.scalars(statement.limit(query.limit + 1)).all()
    shown = rows[: query.limit]
    if len(rows) <= query.limit:
        return Page(shown, None)
    last = shown[-1]
    place = Place(_fingerprint(query), last.updated_at.isoformat(), last.case_id)
    return Page(shown, cursors.write(place))


def _fingerprint(query: CaseQuery) -> str:
    text = "cases" + query.model_dump_json(exclude={"cursor", "limit"})
    return hashlib.sha256(text.encode()).hexdigest()[:16]
