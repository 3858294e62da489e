"""The evidence of a case: a reference, a text or a small file, always with its digest."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from api import answers
from api.access import needs
from api.cases import actions
from api.cases.actions import Exhibit
from api.cases.evidence import read_content
from api.cases.resources import EvidenceResource, evidence_fields
from api.cases.upload import NewEvidence, download, from_form, from_json
from api.documented import problems
from api.etags import Expected, etag
from api.events import UnsupportedBody
from api.idempotency import Answer
from api.parameters import IdempotencyKey, IfMatch, no_parameters
from api.repeatable import run_once
from api.security.permissions import Permission
from api.security.principals import Principal
from api.shell import TheShell
from api.store import tables
from api.texts import CaseId, ShortId

router = APIRouter(prefix="/api/v1/cases/{case_id}/evidence", tags=["cases"])
Reader = Annotated[Principal, Depends(needs(Permission.READ_CASES))]
Writer = Annotated[Principal, Depends(needs(Permission.WRITE_CASES))]
_MULTIPART: Final = "multipart/form-data"


_BODY: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {"schema": NewEvidence.model_json_schema()},
            _MULTIPART: {
                "schema": {
                    "type": "object",
                    "required": ["summary", "file"],
                    "properties": {
                        "kind": {"type": "string"},
                        "reference": {"type": "string"},
                        "summary": {"type": "string"},
                        "file": {"type": "string", "format": "binary"},
                    },
                }
            },
        },
    }
}


@router.post(
    "",
    response_model=EvidenceResource,
    status_code=201,
    responses=problems(400, 401, 403, 404, 409, 412, 413, 415, 422),
    openapi_extra=_BODY,
    dependencies=[Depends(no_parameters)],
)
async def add_evidence(
    request: Request,
    case_id: CaseId,
    writer: Writer,
    shell: TheShell,
    if_match: IfMatch = None,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Put evidence into the binder: JSON with a digest or a text, or a form with a file."""
    expected = None if if_match is None else Expected(if_match)
    await request.body()
    handed_in = await _handed_in(request)

    def work(session: Session) -> Answer:
        row = actions.add_evidence(session, case_id, handed_in, expected=expected, by=writer.name)
        case = session.get_one(tables.Case, case_id)
        body = answers.encode(evidence_fields(row))
        location = f"/api/v1/cases/{case_id}/evidence/{row.evidence_id}"
        return Answer(HTTPStatus.CREATED, body, etag(case.version), location)

    return await run_once(request, shell, writer, idempotency_key, work)


@router.get(
    "/{evidence_id}",
    response_class=Response,
    responses={
        200: {"content": {"application/octet-stream": {}}},
        **problems(401, 403, 404, 422),
    },
    dependencies=[Depends(no_parameters)],
)
def read_evidence(
    case_id: CaseId, evidence_id: ShortId, _reader: Reader, shell: TheShell
) -> Response:
    """The bytes of a piece of evidence that is kept here."""
    with shell.store.read() as session:
        row = read_content(session, case_id, evidence_id)
    return download(row)


async def _handed_in(request: Request) -> Exhibit:
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type == "application/json":
        return from_json(await request.body())
    if media_type == _MULTIPART:
        async with request.form(max_files=1, max_fields=10) as form:
            return await from_form(form)
    raise UnsupportedBody(media_type[:80])
