"""Who is at the console, and whether a form really comes from its pages."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Annotated

from fastapi import Depends, Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData

from api.security import same_site
from api.security.permissions import Permission
from api.security.principals import NotAuthenticated, Principal, by_session
from api.security.sessions import cookie_name
from api.shell import TheShell


def visitor(request: Request, shell: TheShell) -> Principal:
    """Whoever is logged in, even with a password that must still be changed."""
    session_id = request.cookies.get(cookie_name(shell.settings))
    if session_id is None:
        raise NotAuthenticated
    return by_session(shell.store, shell.settings, session_id)


Visitor = Annotated[Principal, Depends(visitor)]


def needs(permission: Permission) -> Callable[[Principal], Principal]:
    """A dependency: whoever is logged in must hold this permission."""

    def permitted(principal: Visitor) -> Principal:
        principal.require(permission)
        return principal

    return permitted


async def own_form(request: Request, shell: TheShell) -> AsyncIterator[FormData]:
    """The fields of a form that one of our pages sent for this session; its files close after."""
    same_site.check_origin(request, shell.settings)
    principal = await run_in_threadpool(visitor, request, shell)
    async with request.form(max_files=1, max_fields=60) as form:
        sent = form.get(same_site.TOKEN_FIELD) or request.headers.get(same_site.TOKEN_HEADER)
        same_site.check_token(principal.csrf_token, sent if isinstance(sent, str) else None)
        yield form


Form = Annotated[FormData, Depends(own_form)]
