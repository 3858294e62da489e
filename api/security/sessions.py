"""Sessions live on the server; the browser holds a random name for one and nothing else."""

from __future__ import annotations

import hashlib
import re
import secrets
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

from sqlalchemy import delete
from sqlalchemy.orm import Session

from api.security import throttle
from api.security.passwords import hash_password, matches
from api.settings import ApiSettings
from api.store import tables
from api.store.database import Store
from api.texts import USER_NAME

_USER_NAME: Final = re.compile(USER_NAME)
_SEEN_EVERY: Final = timedelta(minutes=1)  # a write for every request would serialise readers


class LoginFailed(Exception):
    """No such account, a wrong password or an account that is closed: never say which."""


class OpenSession(NamedTuple):
    user: tables.User
    csrf_token: str


def cookie_name(settings: ApiSettings) -> str:
    """``__Host-`` forbids the cookie to leave this host and this path; browsers want TLS for it."""
    return "__Host-fundguard" if settings.is_https else "fundguard"


def log_in(store: Store, settings: ApiSettings, name: str, password: str, source: str) -> str:
    """Open a session and return the id to put into the cookie.

    The password is tried between two transactions: scrypt takes its time, and nobody else
    should wait for it.
    """
    with store.read() as session:
        throttle.check(session, name, source)
        user = session.get(tables.User, name) if _USER_NAME.fullmatch(name) else None
    kept = user.password if user is not None else hash_password("", settings.password_cost)
    good = matches(password, kept) and user is not None and user.active
    with store.write() as session:
        if good:
            throttle.succeeded(session, name)
            return start(session, name)
        throttle.failed(session, name, source)
    raise LoginFailed


def start(session: Session, user_name: str) -> str:
    """Open a session for somebody who has just proved who they are."""
    session_id = secrets.token_urlsafe(32)
    now = datetime.now(UTC)
    session.add(
        tables.Session(
            digest=_digest(session_id),
            user_name=user_name,
            csrf_token=secrets.token_urlsafe(32),
            created_at=now,
            seen_at=now,
        )
    )
    return session_id


def find(session: Session, settings: ApiSettings, session_id: str) -> OpenSession | None:
    """The open session of that id, unless it idled or lasted too long."""
    row = session.get(tables.Session, _digest(session_id))
    now = datetime.now(UTC)
    if row is None or row.seen_at < now - timedelta(minutes=settings.session_idle_minutes):
        return None
    if row.created_at < now - timedelta(hours=settings.session_hours):
        return None
    user = session.get(tables.User, row.user_name)
    if user is None or not user.active:
        return None
    return OpenSession(user, row.csrf_token)


def needs_touch(session: Session, session_id: str) -> bool:
    row = session.get(tables.Session, _digest(session_id))
    return row is not None and row.seen_at < datetime.now(UTC) - _SEEN_EVERY


def touch(session: Session, session_id: str) -> None:
    """Remember that its owner is still there."""
    row = session.get(tables.Session, _digest(session_id))
    if row is not None:
        row.seen_at = datetime.now(UTC)


def end(session: Session, session_id: str) -> None:
    session.execute(delete(tables.Session).where(tables.Session.digest == _digest(session_id)))


def forget_old(session: Session, settings: ApiSettings) -> None:
    oldest = datetime.now(UTC) - timedelta(hours=settings.session_hours)
    session.execute(delete(tables.Session).where(tables.Session.created_at < oldest))


def _digest(session_id: str) -> str:
    return hashlib.sha256(session_id.encode("utf-8", "surrogatepass")).hexdigest()
