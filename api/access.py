"""FastAPI's dependencies for who may do what under /api, and the log of who saw whom."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Annotated, Literal

from fastapi import Depends, Request
from fastapi.security import APIKeyCookie, HTTPAuthorizationCredentials, HTTPBearer
from sqlalchemy import insert

from api.security import same_site
from api.security.permissions import Permission
from api.security.principals import NotAuthenticated, Principal, by_session, by_token
from api.security.sessions import cookie_name
from api.shell import Shell, TheShell
from api.store.tables import Reading

_BEARER = HTTPBearer(auto_error=False, description="a token created by an administrator")
_COOKIE = APIKeyCookie(
    name="fundguard",
    auto_error=False,
    description="the console's session; unsafe methods also need the header X-CSRF-Token",
)
View = Literal["list", "view", "case"]


def principal_of(
    request: Request,
    shell: TheShell,
    bearer: Annotated[HTTPAuthorizationCredentials | None, Depends(_BEARER)],
    _cookie: Annotated[str | None, Depends(_COOKIE)],
) -> Principal:
    """Whoever sends a request to the API: a machine's token goes before a person's session."""
    if bearer is not None:
        return by_token(shell.store, bearer.credentials)
    session_id = request.cookies.get(cookie_name(shell.settings))
    if session_id is None:
        raise NotAuthenticated
    principal = by_session(shell.store, shell.settings, session_id)
    if request.method not in same_site.SAFE_METHODS:
        same_site.check_origin(request, shell.settings)
        same_site.check_token(principal.csrf_token, request.headers.get(same_site.TOKEN_HEADER))
    return principal


def needs(permission: Permission) -> Callable[[Principal], Principal]:
    """A dependency: whoever asks must hold this permission."""

    def permitted(principal: Annotated[Principal, Depends(principal_of)]) -> Principal:
        principal.require(permission)
        return principal

    return permitted


def trace_id(request: Request) -> str:
    return str(request.state.trace_id)


def log_views(
    shell: Shell, request: Request, actor: str, action: View, alert_ids: Iterable[str]
) -> None:
    """Record who saw which persons' alerts; a view that cannot be recorded is not given."""
    now = datetime.now(UTC)
    rows = [
        {
            "at": now,
            "actor": actor,
            "action": action,
            "alert_id": alert_id,
            "trace_id": trace_id(request),
        }
        for alert_id in alert_ids
    ]
    if rows:
        with shell.store.write() as session:
            session.execute(insert(Reading), rows)
