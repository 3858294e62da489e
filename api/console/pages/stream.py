"""The queue's live side: server-sent events with finished rows, in the reader's language."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Annotated, Final, NamedTuple, cast

import anyio
from fastapi import APIRouter, Depends, Query, Request
from sse_starlette.event import ServerSentEvent
from sse_starlette.sse import EventSourceResponse
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from api.console import PREFIX
from api.console.access import needs, visitor
from api.console.queue_form import QueueForm, read_form
from api.console.rendering import fragment
from api.console.rows import Row, changed_rows
from api.languages import Language, language_of
from api.live import Live
from api.queue import listing
from api.security.permissions import Permission
from api.security.principals import NotAuthenticated, Principal
from api.shell import Shell, TheShell
from api.store.changes import Kind, Seen

router = APIRouter(prefix=PREFIX, include_in_schema=False)
Reader = Annotated[Principal, Depends(needs(Permission.READ_ALERTS))]
_PING_SECONDS: Final = 15
_CHECK_SECONDS: Final = 30.0
_GOODBYE_SECONDS: Final = 2.0
_HEADERS: Final = {"x-accel-buffering": "no", "cache-control": "no-store"}


class Watch(NamedTuple):
    """Who watches what: one open page of the queue."""

    request: Request
    shell: Shell
    form: QueueForm
    language: Language


class Farewell:
    """What the response sets when the server stops, so that streams end instead of breaking."""

    def __init__(self, live: Live) -> None:
        self._live = live

    def set(self) -> None:
        self._live.close()


@router.get("/stream")
async def stream(
    request: Request,
    _reader: Reader,
    shell: TheShell,
    after: Annotated[int, Query(ge=0, le=2**53)] = 0,
) -> Response:
    """Everything that changed since ``after``, or since what the browser saw last."""
    seen = request.headers.get("last-event-id", "")
    seq = int(seen) if seen.isdecimal() and len(seen) < 16 else after
    form = read_form(request.query_params)
    watch = Watch(request, shell, form, language_of(request))
    return EventSourceResponse(
        events(watch, seq),
        ping=_PING_SECONDS,
        headers=_HEADERS,
        shutdown_event=cast(anyio.Event, Farewell(shell.live)),
        shutdown_grace_period=_GOODBYE_SECONDS,
    )


async def events(watch: Watch, seq: int) -> AsyncIterator[ServerSentEvent]:
    """The events of one page, until it closes, its session ends or we shut down."""
    live = watch.shell.live
    async with live.listen() as arrivals:
        found = await live.after(seq)
        while not live.is_closing:
            if found is None:
                seq = await live.latest()
                yield ServerSentEvent(event="refresh", data="", id=str(seq))
            else:
                new = [change for change in found if change.seq > seq]
                for event in await run_in_threadpool(_render, watch, new):
                    yield event
                seq = new[-1].seq if new else seq
            found = await _next(watch, arrivals)
            if found is not None and not found and not await _still_there(watch):
                yield ServerSentEvent(event="goodbye", data="")
                return


async def _next(
    watch: Watch, arrivals: asyncio.Queue[Sequence[Seen] | None]
) -> Sequence[Seen] | None:
    try:
        return await asyncio.wait_for(arrivals.get(), _CHECK_SECONDS)
    except TimeoutError:
        return []


async def _still_there(watch: Watch) -> bool:
    """Whether the session is still open: a page left alone must not show alerts for ever."""
    try:
        await run_in_threadpool(visitor, watch.request, watch.shell)
    except NotAuthenticated:
        return False
    return True


def _render(watch: Watch, changes: Sequence[Seen]) -> list[ServerSentEvent]:
    if not changes:
        return []
    last = str(changes[-1].seq)
    alert_ids = list({change.subject for change in changes if change.kind == Kind.ALERT})
    with watch.shell.store.read() as session:
        rows = changed_rows(session, watch.form.query, alert_ids)
        totals = listing.totals(session, watch.form.query)
    rendered = [_row(watch, "alert", row) for row in rows.inside]
    rendered += [_row(watch, "gone", row) for row in rows.outside]
    if any(change.kind == Kind.RANKING for change in changes):
        rendered.append(ServerSentEvent(event="reordered", data=""))
    summary = fragment(watch.language, "_totals.html", totals=totals, form=watch.form)
    rendered.append(ServerSentEvent(event="totals", data=summary, id=last))
    return rendered


def _row(watch: Watch, event: str, row: Row) -> ServerSentEvent:
    html = fragment(watch.language, "_row.html", row=row, form=watch.form)
    return ServerSentEvent(event=event, data=html)
