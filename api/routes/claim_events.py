"""Claim events over HTTP (CloudEvents, structured mode), for senders without Kafka."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from api import answers
from api.access import needs
from api.documented import problems
from api.events import BATCH, EventSinkUnavailable, read_events
from api.parameters import no_parameters
from api.security.permissions import Permission
from api.security.principals import Principal
from api.shell import TheShell
from domain.events import TYPES
from domain.moments import from_datetime

router = APIRouter(prefix="/api/v1/claim-events", tags=["claim events"])
Sender = Annotated[Principal, Depends(needs(Permission.WRITE_EVENTS))]

_EVENT: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["id", "source", "type", "time", "data"],
    "properties": {
        "specversion": {"type": "string", "const": "1.0"},
        "id": {"type": "string", "minLength": 1},
        "source": {"type": "string", "minLength": 1},
        "type": {"type": "string", "enum": [f"cn.fundguard.{name}.v1" for name in TYPES]},
        "time": {"type": "string", "format": "date-time"},
        "data": {"type": "object"},
    },
}
_BODY: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/cloudevents+json": {"schema": _EVENT},
            "application/json": {"schema": _EVENT},
            BATCH: {"schema": {"type": "array", "description": "events; bad ones are named"}},
        },
    }
}


class RefusedEvent(BaseModel):
    index: int
    stage: str
    detail: str


class Receipt(BaseModel):
    accepted: int
    rejected: int
    errors: list[RefusedEvent]


@router.post(
    "",
    response_model=Receipt,
    status_code=202,
    responses=problems(400, 401, 403, 413, 415, 422, 503),
    openapi_extra=_BODY,
    dependencies=[Depends(no_parameters)],
)
async def take_events(request: Request, _sender: Sender, shell: TheShell) -> Response:
    """Take one event or a batch; of a batch the good ones are taken and the others named."""
    if shell.event_sink is None:
        raise EventSinkUnavailable
    body = await request.body()
    tolerance = timedelta(seconds=shell.settings.future_tolerance_seconds)
    latest = from_datetime(datetime.now(UTC) + tolerance)
    content_type = request.headers.get("content-type", "")
    received = await run_in_threadpool(read_events, body, content_type, latest)
    if received.accepted:
        await run_in_threadpool(shell.event_sink.accept, received.accepted)
    return answers.json_answer(
        {
            "accepted": len(received.accepted),
            "rejected": len(received.refused),
            "errors": [
                {"index": refused.position, "stage": refused.stage, "detail": refused.detail}
                for refused in received.refused
            ],
        },
        status=202,
    )
