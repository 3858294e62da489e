"""Who is asking: a person with a session, or a machine with a token."""

from __future__ import annotations

from dataclasses import dataclass

from api.security import sessions, tokens
from api.security.permissions import Permission, granted
from api.settings import ApiSettings
from api.store.database import Store


class NotAuthenticated(Exception):
    """Nobody we know: log in, or send a token that is still good."""


class NotPermitted(Exception):
    """Known, but not allowed to do this."""


class PasswordChangeRequired(Exception):
    """A one-time password opens nothing but the form to choose another."""


@dataclass(frozen=True)
class Principal:
    """``csrf_token`` is what this person's own pages send along; a machine has none."""

    name: str
    display_name: str
    permissions: frozenset[Permission]
    csrf_token: str | None = None
    must_change_password: bool = False

    def may(self, permission: Permission) -> bool:
        return permission in self.permissions

    def require(self, permission: Permission) -> None:
        if self.must_change_password:
            raise PasswordChangeRequired
        if not self.may(permission):
            raise NotPermitted


def by_token(store: Store, secret: str) -> Principal:
    """The machine that holds this token."""
    with store.read() as session:
        row = tokens.find(session, secret)
    if row is None:
        raise NotAuthenticated
    known = {permission.value: permission for permission in Permission}
    held = frozenset(known[name] for name in row.permissions if name in known)
    return Principal(f"token:{row.token_id}", row.label, held)


def by_session(store: Store, settings: ApiSettings, session_id: str) -> Principal:
    """The person whose browser holds this session."""
    with store.read() as session:
        found = sessions.find(session, settings, session_id)
        idle = found is not None and sessions.needs_touch(session, session_id)
    if found is None:
        raise NotAuthenticated
    if idle:
        with store.write() as session:
            sessions.touch(session, session_id)
    user = found.user
    return Principal(
        user.name,
        user.display_name,
        granted(user.roles),
        found.csrf_token,
        user.must_change_password,
    )
