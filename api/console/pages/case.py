"""One case: its alerts, notes, evidence and history, and the steps the procedure has from here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from api.access import log_views
from api.cases import actions, dossier
from api.cases.evidence import read_content
from api.cases.lifecycle import (
    ALLOWED,
    CaseOver,
    IllegalTransition,
    Outcome,
    OutcomeRequired,
    Status,
)
from api.cases.requests import Assignment, NewNote, Transition
from api.cases.upload import download, from_form
from api.console import CASES
from api.console import access as console_access
from api.console.access import needs
from api.console.rendering import page
from api.etags import Expected, StaleVersion, etag
from api.security.permissions import Permission
from api.security.principals import Principal
from api.shell import Shell, TheShell
from api.store import tables
from api.texts import CaseId, ShortId

router = APIRouter(prefix=CASES, include_in_schema=False)
Reader = Annotated[Principal, Depends(needs(Permission.READ_CASES))]
Writer = Annotated[Principal, Depends(needs(Permission.WRITE_CASES))]
Action = Callable[[Session, Expected], object]
_FAILURES: Mapping[type[Exception], tuple[int, str]] = {
    StaleVersion: (412, "case.stale"),
    OutcomeRequired: (422, "case.outcome_required"),
    IllegalTransition: (409, "case.illegal"),
    CaseOver: (409, "case.over"),
    actions.AssigneeNotFound: (422, "case.no_assignee"),
    RequestValidationError: (422, "case.incomplete"),
    ValidationError: (422, "case.incomplete"),
}


@router.get("/{case_id}")
def case(request: Request, case_id: CaseId, reader: Reader, shell: TheShell) -> Response:
    """The page of one case; its alerts are logged as seen."""
    return _show(request, shell, reader, case_id)


@router.post("/{case_id}/notes")
async def add_note(
    request: Request, case_id: CaseId, writer: Writer, shell: TheShell, form: console_access.Form
) -> Response:
    def work(session: Session, _expected: Expected) -> object:
        note = NewNote.model_validate(_fields(form, NewNote.model_fields))
        return actions.add_note(session, case_id, note.text, expected=None, by=writer.name)

    return await _act(request, shell, writer, case_id, form, work)


@router.post("/{case_id}/assignments")
async def assign(
    request: Request, case_id: CaseId, writer: Writer, shell: TheShell, form: console_access.Form
) -> Response:
    def work(session: Session, expected: Expected) -> object:
        given = Assignment.model_validate(_fields(form, Assignment.model_fields))
        return actions.assign(
            session, case_id, given.assignee, given.reason, expected=expected, by=writer.name
        )

    return await _act(request, shell, writer, case_id, form, work)


@router.post("/{case_id}/transitions")
async def take_step(
    request: Request, case_id: CaseId, writer: Writer, shell: TheShell, form: console_access.Form
) -> Response:
    def work(session: Session, expected: Expected) -> object:
        given = Transition.model_validate(_fields(form, Transition.model_fields))
        return actions.transition(session, case_id, given.step(), expected=expected, by=writer.name)

    return await _act(request, shell, writer, case_id, form, work)


@router.post("/{case_id}/evidence")
async def add_evidence(
    request: Request, case_id: CaseId, writer: Writer, shell: TheShell, form: console_access.Form
) -> Response:
    try:
        exhibit = await from_form(form)
    except (RequestValidationError, ValueError):
        return await run_in_threadpool(
            _show, request, shell, writer, case_id, (422, "case.incomplete")
        )

    def work(session: Session, _expected: Expected) -> object:
        return actions.add_evidence(session, case_id, exhibit, expected=None, by=writer.name)

    return await _act(request, shell, writer, case_id, form, work)


@router.get("/{case_id}/evidence/{evidence_id}")
def read_evidence(
    case_id: CaseId, evidence_id: ShortId, _reader: Reader, shell: TheShell
) -> Response:
    with shell.store.read() as session:
        return download(read_content(session, case_id, evidence_id))


async def _act(
    request: Request,
    shell: Shell,
    writer: Principal,
    case_id: str,
    form: console_access.Form,
    work: Action,
) -> Response:
    """Do it and show the case again; if it cannot be done, say why on the same page."""

    def run() -> Response:
        expected = Expected(f'"{form.get("version", "")}"')
        try:
            with shell.store.write() as session:
                work(session, expected)
        except tuple(_FAILURES) as error:
            return _show(request, shell, writer, case_id, _FAILURES[type(error)])
        return RedirectResponse(f"{CASES}/{case_id}", status_code=303)

    return await run_in_threadpool(run)


def _show(
    request: Request,
    shell: Shell,
    principal: Principal,
    case_id: str,
    failed: tuple[int, str] | None = None,
) -> Response:
    with shell.store.read() as session:
        found = dossier.read(session, case_id)
        people = session.scalars(
            select(tables.User).where(tables.User.active.is_(True)).order_by(tables.User.name)
        ).all()
    log_views(shell, request, principal.name, "case", (row.alert_id for row in found.alerts))
    status, failure = failed or (200, None)
    answer = page(
        request,
        "case.html",
        principal,
        status=status,
        dossier=found,
        steps=sorted(ALLOWED[Status(found.case.status)]),
        outcomes=list(Outcome),
        people=people,
        failure=failure,
    )
    answer.headers["etag"] = etag(found.case.version)
    return answer


def _fields(form: console_access.Form, wanted: Mapping[str, object]) -> dict[str, str]:
    """The texts of a form that an action asks for; an empty field was not filled in."""
    return {name: str(form[name]) for name in wanted if form.get(name)}
