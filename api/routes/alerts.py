"""The review queue."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from api import answers, ranking
from api.access import log_views, needs
from api.cases.dossier import cases_of
from api.documented import problems
from api.etags import Expected, etag
from api.idempotency import Answer
from api.parameters import IdempotencyKey, IfMatch, no_parameters
from api.queue import listing
from api.queue.filters import AlertQuery
from api.queue.resources import AlertDetail, AlertPage, detail_fields, page_fields
from api.repeatable import run_once
from api.review import decisions
from api.review.decisions import AlertNotFound
from api.review.requests import DecisionRequest
from api.security.permissions import Permission
from api.security.principals import Principal
from api.shell import TheShell
from api.store import tables
from api.texts import AlertId

router = APIRouter(prefix="/api/v1/alerts", tags=["alerts"])
Reader = Annotated[Principal, Depends(needs(Permission.READ_ALERTS))]
Reviewer = Annotated[Principal, Depends(needs(Permission.DECIDE_ALERTS))]


@router.get("", response_model=AlertPage, responses=problems(401, 403, 422))
def list_alerts(
    request: Request, query: Annotated[AlertQuery, Query()], reader: Reader, shell: TheShell
) -> Response:
    """One page of the queue; every alert on it is logged as seen."""
    with shell.store.read() as session:
        page = listing.page(session, query, shell.cursors)
        fields = page_fields(page.alerts, page.next_cursor)
    log_views(shell, request, reader.name, "list", (row.alert_id for row in page.alerts))
    return answers.page_answer(request, fields)


@router.get(
    "/{alert_id}",
    response_model=AlertDetail,
    responses=problems(401, 403, 404, 422),
    dependencies=[Depends(no_parameters)],
)
def read_alert(request: Request, alert_id: AlertId, reader: Reader, shell: TheShell) -> Response:
    """One alert with its evidence, decisions, cases and what made its priority."""
    with shell.store.read() as session:
        row = session.get(tables.Alert, alert_id)
        if row is None:
            raise AlertNotFound(alert_id)
        fields = _detail(session, row)
    log_views(shell, request, reader.name, "view", [alert_id])
    return answers.json_answer(fields, etag=etag(row.version))


@router.post(
    "/{alert_id}/decisions",
    response_model=AlertDetail,
    responses=problems(400, 401, 403, 404, 409, 412, 422, 428),
    dependencies=[Depends(no_parameters)],
)
async def decide_alert(
    request: Request,
    alert_id: AlertId,
    body: DecisionRequest,
    reviewer: Reviewer,
    shell: TheShell,
    if_match: IfMatch = None,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Confirm or dismiss an alert, on the version you were shown."""
    expected = Expected(if_match)
    ruling = body.ruling()

    def work(session: Session) -> Answer:
        row = decisions.decide(session, alert_id, ruling, expected=expected, by=reviewer.name)
        session.flush()
        return Answer(200, answers.encode(_detail(session, row)), etag(row.version))

    answer = await run_once(request, shell, reviewer, idempotency_key, work)
    shell.wake("ranking", "outbox")
    return answer


def _detail(session: Session, row: tables.Alert) -> dict[str, object]:
    return detail_fields(
        row,
        ranking.load(session).ranker,
        decisions.history(session, row.alert_id),
        cases_of(session, row.alert_id),
    )
