"""Those who may come in: users, their sessions, machines' tokens, and failed attempts.

Nothing here lets anybody in by itself: passwords, session ids and tokens are kept as digests.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from api.store.columns import Instant, Names
from api.store.tables.alerts import Id
from api.store.tables.declarative import Table


class User(Table):
    __tablename__ = "users"

    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    display_name: Mapped[str] = mapped_column(Text)
    password: Mapped[str] = mapped_column(Text)
    roles: Mapped[tuple[str, ...]] = mapped_column(Names)
    must_change_password: Mapped[bool]
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime] = mapped_column(Instant)


class Session(Table):
    __tablename__ = "sessions"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_name: Mapped[str] = mapped_column(ForeignKey("users.name"), index=True)
    csrf_token: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(Instant)
    seen_at: Mapped[datetime] = mapped_column(Instant)


class AccessToken(Table):
    __tablename__ = "access_tokens"

    token_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    label: Mapped[str] = mapped_column(Text)
    permissions: Mapped[tuple[str, ...]] = mapped_column(Names)
    created_by: Mapped[str] = mapped_column(String(80))
    created_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime | None] = mapped_column(Instant)
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)


class LoginFailure(Table):
    """One failed login; ``subject`` is a digest, since people type passwords into name fields."""

    __tablename__ = "login_failures"

    id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=True)
    subject: Mapped[str] = mapped_column(String(64), index=True)
    at: Mapped[datetime] = mapped_column(Instant, index=True)
