"""One alert: what was seen, what the law says, why it ranks where it does, and the decision."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, NamedTuple
from urllib.parse import parse_qsl, urlencode

from fastapi import APIRouter, Depends, Query, Request
from pydantic import ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from api import ranking
from api.access import log_views
from api.cases.dossier import cases_of, open_cases
from api.console import HOME
from api.console import access as console_access
from api.console.access import needs
from api.console.queue_form import QueueForm, read_form
from api.console.rendering import page
from api.console.timeline import timeline
from api.etags import Expected, StaleVersion, etag
from api.queue import listing
from api.review import decisions
from api.review.decisions import AlertNotFound, AlertWithdrawn, Ruling
from api.review.reasons import REASONS
from api.review.requests import DecisionRequest
from api.security.permissions import Permission
from api.security.principals import Principal
from api.shell import Shell, TheShell
from api.store import tables
from api.texts import AlertId
from domain.alerts import ALERT_DECODER

router = APIRouter(prefix=HOME, include_in_schema=False)
Reader = Annotated[Principal, Depends(needs(Permission.READ_ALERTS))]
Reviewer = Annotated[Principal, Depends(needs(Permission.DECIDE_ALERTS))]


class Attempt(NamedTuple):
    """A decision that could not be taken: what was typed must not be lost."""

    status: int
    failure: str
    fields: Mapping[str, str]


class Desk(NamedTuple):
    """Who works on which alert, and the queue they came from."""

    request: Request
    shell: Shell
    principal: Principal
    alert_id: str
    queue: QueueForm


def queue_of(queue: Annotated[str, Query(max_length=2_000)] = "") -> QueueForm:
    """The queue an alert was opened from; its own filters travel as one parameter."""
    return read_form(dict(parse_qsl(queue)))


Queue = Annotated[QueueForm, Depends(queue_of)]


@router.get("/{alert_id}")
def alert(
    request: Request,
    alert_id: AlertId,
    reader: Reader,
    shell: TheShell,
    queue: Queue,
    done: AlertId | None = None,
) -> Response:
    """The page of one alert; seeing it is logged."""
    return _show(Desk(request, shell, reader, alert_id, queue), done=done)


@router.post("/{alert_id}/decisions")
async def decide(
    request: Request,
    alert_id: AlertId,
    reviewer: Reviewer,
    shell: TheShell,
    form: console_access.Form,
    queue: Queue,
) -> Response:
    """Decide, and go on to the next alert of the same queue."""
    desk = Desk(request, shell, reviewer, alert_id, queue)
    fields = {name: str(value) for name, value in form.items() if isinstance(value, str)}
    given = {name: fields[name] for name in DecisionRequest.model_fields if fields.get(name)}
    try:
        ruling = DecisionRequest.model_validate(given).ruling()
        following = await run_in_threadpool(_decide, desk, ruling, fields.get("version", ""))
    except ValidationError:
        attempt = Attempt(422, "decision.incomplete", fields)
    except StaleVersion:
        attempt = Attempt(412, "decision.stale", fields)
    except AlertWithdrawn:
        attempt = Attempt(409, "decision.withdrawn", fields)
    else:
        shell.wake("ranking", "outbox")
        return RedirectResponse(_onward(desk, following), status_code=303)
    return await run_in_threadpool(_show, desk, attempt)


def _decide(desk: Desk, ruling: Ruling, version: str) -> str | None:
    """Record the decision; answer the alert to go on with."""
    with desk.shell.store.write() as session:
        decisions.decide(
            session,
            desk.alert_id,
            ruling,
            expected=Expected(f'"{version}"'),
            by=desk.principal.name,
        )
        return listing.next_in_line(session, desk.queue.query, desk.alert_id)


def _onward(desk: Desk, following: str | None) -> str:
    query = desk.queue.address()
    if following is None:
        return f"{HOME}?{query}"
    return f"{HOME}/{following}?{urlencode({'queue': query, 'done': desk.alert_id})}"


def _show(desk: Desk, attempt: Attempt | None = None, done: str | None = None) -> Response:
    with desk.shell.store.read() as session:
        row = session.get(tables.Alert, desk.alert_id)
        if row is None:
            raise AlertNotFound(desk.alert_id)
        content = ALERT_DECODER.decode(row.content)
        values = {
            "row": row,
            "content": content,
            "timeline": timeline(content),
            "priority": ranking.load(session).ranker.explain_one(ranking.traits(row)),
            "history": decisions.history(session, desk.alert_id),
            "cases": cases_of(session, desk.alert_id),
            "open_cases": open_cases(session),
            "following": listing.next_in_line(session, desk.queue.query, desk.alert_id),
        }
    log_views(desk.shell, desk.request, desk.principal.name, "view", [desk.alert_id])
    answer = page(
        desk.request,
        "alert.html",
        desk.principal,
        status=200 if attempt is None else attempt.status,
        reasons=REASONS,
        queue=desk.queue.address(),
        attempt=attempt,
        done=done,
        **values,
    )
    answer.headers["etag"] = etag(row.version)
    return answer
