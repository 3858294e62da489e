"""The list of cases, and opening one from an alert."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Request
from fastapi.exceptions import RequestValidationError
from pydantic import TypeAdapter, ValidationError
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from api.cases import actions, dossier, listing
from api.cases.lifecycle import Source, Status
from api.cases.listing import CaseQuery
from api.cases.requests import MoreAlerts, NewCase
from api.console import CASES
from api.console import access as console_access
from api.console.access import needs
from api.console.rendering import page
from api.etags import Expected
from api.security.permissions import Permission
from api.security.principals import Principal
from api.shell import Shell, TheShell
from api.store import tables
from api.texts import CaseId

router = APIRouter(prefix=CASES, include_in_schema=False)
Reader = Annotated[Principal, Depends(needs(Permission.READ_CASES))]
Writer = Annotated[Principal, Depends(needs(Permission.WRITE_CASES))]

_CASE_ID: Final = TypeAdapter(CaseId)


@router.get("")
def cases(request: Request, reader: Reader, shell: TheShell) -> Response:
    """One page of cases."""
    given = {name: value for name, value in request.query_params.items() if value}
    try:
        query = CaseQuery.model_validate(given)
    except ValidationError as error:
        raise RequestValidationError(error.errors(include_url=False)) from error
    with shell.store.read() as session:
        found = listing.page(session, query, shell.cursors)
        rows = dossier.listed(session, found.cases)
    return page(
        request,
        "cases.html",
        reader,
        rows=rows,
        next_cursor=found.next_cursor,
        query=query,
        statuses=list(Status),
    )


@router.post("")
async def take_alert(
    request: Request, writer: Writer, shell: TheShell, form: console_access.Form
) -> Response:
    """Put an alert into a new case, or into one that is open."""
    fields = {name: str(value) for name, value in form.items()}
    case_id = await run_in_threadpool(_take, shell, fields, writer.name)
    return RedirectResponse(f"{CASES}/{case_id}", status_code=303)


def _take(shell: Shell, fields: dict[str, str], by: str) -> str:
    alert_ids = [fields.get("alert_id", "")]
    try:
        with shell.store.write() as session:
            if fields.get("case_id"):
                case_id = _CASE_ID.validate_python(fields["case_id"])
                return _bring(session, case_id, alert_ids, by)
            new = NewCase(title=fields.get("title", ""), alert_ids=alert_ids, source=Source.MONITOR)
            return actions.open_case(session, new.title, new.alert_ids, new.source, by).case_id
    except ValidationError as error:
        raise RequestValidationError(error.errors(include_url=False)) from error


def _bring(session: Session, case_id: str, alert_ids: list[str], by: str) -> str:
    """Into whatever version the case has now: adding an alert contradicts nobody."""
    more = MoreAlerts(alert_ids=alert_ids)
    actions.add_alerts(session, case_id, more.alert_ids, expected=Expected("*"), by=by)
    return session.get_one(tables.Case, case_id).case_id
