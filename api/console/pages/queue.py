"""The queue: filters in the address, the most urgent first, live."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import RedirectResponse, Response

from api.console import HOME, PREFIX
from api.console.access import needs
from api.console.queue_form import read_form
from api.console.rendering import page
from api.console.rows import rows_of, rules_of
from api.queue import listing
from api.security.permissions import Permission
from api.security.principals import Principal
from api.shell import TheShell
from api.store import changes

router = APIRouter(prefix=PREFIX, include_in_schema=False)
Reader = Annotated[Principal, Depends(needs(Permission.READ_ALERTS))]


@router.get("")
@router.get("/")
def home() -> Response:
    return RedirectResponse(HOME, status_code=303)


@router.get("/alerts")
def queue(request: Request, reader: Reader, shell: TheShell) -> Response:
    """One page of the queue. It names no person, so it is no view of one."""
    form = read_form(request.query_params)
    with shell.store.read() as session:
        seq = changes.latest(session)
        found = listing.page(session, form.query, shell.cursors)
        totals = listing.totals(session, form.query)
        rules = rules_of(session)
    return page(
        request,
        "queue.html",
        reader,
        form=form,
        rows=rows_of(found.alerts, form.query.sort),
        next_cursor=found.next_cursor,
        totals=totals,
        rules=rules,
        seq=seq,
    )
