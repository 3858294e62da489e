"""Local accounts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final, NamedTuple

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from api.security.passwords import SHORTEST, hash_password, matches, one_time_password
from api.security.permissions import Role
from api.store import tables
from api.store.database import Store

FIRST_USER: Final = "admin"
_DEFAULT_COST: Final = 2**15


class FirstLogin(NamedTuple):
    name: str
    password: str


class UserNotFound(LookupError):
    """No account of that name."""


class UserExists(ValueError):
    """The name is taken."""


class WeakPassword(ValueError):
    """Too short, or the same as before."""


def create_first_user(store: Store, cost: int = _DEFAULT_COST) -> FirstLogin | None:
    """Create the first account of an empty store, which may do everything; None if one exists.

    The password works once: the first thing its owner can do is to choose another.
    """
    with store.write() as session:
        if session.scalar(select(tables.User.name).limit(1)) is not None:
            return None
        password = add_user(session, FIRST_USER, "管理员", (Role.ADMIN, Role.SUPERVISOR), cost)
    return FirstLogin(FIRST_USER, password)


def add_user(
    session: Session, name: str, display_name: str, roles: Iterable[Role], cost: int
) -> str:
    """Create an account and return its one-time password."""
    if session.get(tables.User, name) is not None:
        raise UserExists(name)
    password = one_time_password()
    session.add(
        tables.User(
            name=name,
            display_name=display_name,
            password=hash_password(password, cost),
            roles=tuple(role.value for role in roles),
            must_change_password=True,
            active=True,
            created_at=datetime.now(UTC),
        )
    )
    return password


def reset_password(session: Session, name: str, cost: int) -> str:
    """Give a one-time password to somebody who lost theirs, and end their sessions."""
    user = find_user(session, name)
    password = one_time_password()
    user.password = hash_password(password, cost)
    user.must_change_password = True
    end_sessions(session, name)
    return password


def change_password(store: Store, name: str, old: str, new: str, cost: int) -> None:
    """Choose a new password; all sessions end. Works between two transactions, as a login does."""
    with store.read() as session:
        kept = find_user(session, name).password
    if len(new) < SHORTEST or new in (old, name) or not matches(old, kept):
        raise WeakPassword
    digest = hash_password(new, cost)
    with store.write() as session:
        user = find_user(session, name)
        user.password = digest
        user.must_change_password = False
        end_sessions(session, name)


def change_user(
    session: Session, name: str, roles: Iterable[Role] | None, active: bool | None
) -> tables.User:
    """Change what somebody may do; a change ends their sessions, so that it holds at once."""
    user = find_user(session, name)
    if roles is not None:
        user.roles = tuple(role.value for role in roles)
    if active is not None:
        user.active = active
    end_sessions(session, name)
    return user


def find_user(session: Session, name: str) -> tables.User:
    user = session.get(tables.User, name)
    if user is None:
        raise UserNotFound(name)
    return user


def end_sessions(session: Session, name: str) -> None:
    session.execute(delete(tables.Session).where(tables.Session.user_name == name))
