"""Cases: opened from alerts, carried through the procedure step by step."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from api import answers
from api.access import log_views, needs
from api.cases import actions, dossier, listing
from api.cases.listing import CaseQuery
from api.cases.requests import Assignment, MoreAlerts, NewCase, NewNote, Transition
from api.cases.resources import CaseDetail, CasePage, detail_fields, summary_fields
from api.documented import problems
from api.etags import Expected, etag
from api.idempotency import Answer
from api.parameters import IdempotencyKey, IfMatch, no_parameters
from api.repeatable import run_once
from api.security.permissions import Permission
from api.security.principals import Principal
from api.shell import TheShell
from api.store import tables
from api.texts import CaseId

router = APIRouter(prefix="/api/v1/cases", tags=["cases"])
Reader = Annotated[Principal, Depends(needs(Permission.READ_CASES))]
Writer = Annotated[Principal, Depends(needs(Permission.WRITE_CASES))]
_CHANGE = problems(400, 401, 403, 404, 409, 412, 422, 428)
_PLAIN = [Depends(no_parameters)]


@router.get("", response_model=CasePage, responses=problems(401, 403, 422))
def list_cases(
    request: Request, query: Annotated[CaseQuery, Query()], _reader: Reader, shell: TheShell
) -> Response:
    """One page of cases, the latest change first."""
    with shell.store.read() as session:
        page = listing.page(session, query, shell.cursors)
        items = [summary_fields(row) for row in dossier.listed(session, page.cases)]
    return answers.page_answer(request, {"items": items, "next_cursor": page.next_cursor})


@router.post(
    "",
    response_model=CaseDetail,
    status_code=201,
    responses=problems(400, 401, 403, 404, 409, 422),
    dependencies=_PLAIN,
)
async def open_case(
    request: Request,
    body: NewCase,
    writer: Writer,
    shell: TheShell,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Open a case, as a clue, on alerts of the queue."""

    def work(session: Session) -> Answer:
        case = actions.open_case(session, body.title, body.alert_ids, body.source, writer.name)
        return _detail(session, case, status=201)

    return await run_once(request, shell, writer, idempotency_key, work)


@router.get(
    "/{case_id}",
    response_model=CaseDetail,
    responses=problems(401, 403, 404, 422),
    dependencies=_PLAIN,
)
def read_case(request: Request, case_id: CaseId, reader: Reader, shell: TheShell) -> Response:
    """A case with its alerts, notes, evidence and history; its alerts are logged as seen."""
    with shell.store.read() as session:
        found = dossier.read(session, case_id)
        answer = answers.json_answer(detail_fields(found), etag=etag(found.case.version))
    log_views(shell, request, reader.name, "case", (row.alert_id for row in found.alerts))
    return answer


@router.post("/{case_id}/alerts", response_model=CaseDetail, responses=_CHANGE, dependencies=_PLAIN)
async def add_alerts(
    request: Request,
    case_id: CaseId,
    body: MoreAlerts,
    writer: Writer,
    shell: TheShell,
    if_match: IfMatch = None,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Bring further alerts into a case."""
    expected = Expected(if_match)

    def work(session: Session) -> Answer:
        case = actions.add_alerts(
            session, case_id, body.alert_ids, expected=expected, by=writer.name
        )
        return _detail(session, case)

    return await run_once(request, shell, writer, idempotency_key, work)


@router.post(
    "/{case_id}/notes",
    response_model=CaseDetail,
    responses=problems(400, 401, 403, 404, 409, 412, 422),
    dependencies=_PLAIN,
)
async def add_note(
    request: Request,
    case_id: CaseId,
    body: NewNote,
    writer: Writer,
    shell: TheShell,
    if_match: IfMatch = None,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Write a note; it can be read ever after and changed never."""
    expected = None if if_match is None else Expected(if_match)

    def work(session: Session) -> Answer:
        case = actions.add_note(session, case_id, body.text, expected=expected, by=writer.name)
        return _detail(session, case)

    return await run_once(request, shell, writer, idempotency_key, work)


@router.post(
    "/{case_id}/assignments", response_model=CaseDetail, responses=_CHANGE, dependencies=_PLAIN
)
async def assign_case(
    request: Request,
    case_id: CaseId,
    body: Assignment,
    writer: Writer,
    shell: TheShell,
    if_match: IfMatch = None,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Make somebody responsible for a case."""
    expected = Expected(if_match)

    def work(session: Session) -> Answer:
        case = actions.assign(
            session, case_id, body.assignee, body.reason, expected=expected, by=writer.name
        )
        return _detail(session, case)

    return await run_once(request, shell, writer, idempotency_key, work)


@router.post(
    "/{case_id}/transitions", response_model=CaseDetail, responses=_CHANGE, dependencies=_PLAIN
)
async def move_case(
    request: Request,
    case_id: CaseId,
    body: Transition,
    writer: Writer,
    shell: TheShell,
    if_match: IfMatch = None,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Take the next step of the procedure."""
    expected = Expected(if_match)
    step = body.step()

    def work(session: Session) -> Answer:
        case = actions.transition(session, case_id, step, expected=expected, by=writer.name)
        return _detail(session, case)

    return await run_once(request, shell, writer, idempotency_key, work)


def _detail(session: Session, case: tables.Case, status: int = 200) -> Answer:
    session.flush()
    body = answers.encode(detail_fields(dossier.read(session, case.case_id)))
    location = f"{router.prefix}/{case.case_id}" if status == 201 else None
    return Answer(status, body, etag(case.version), location)
