"""Bearer tokens for machines: shown once, kept as digests, with permissions of their own."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.security.permissions import Permission
from api.store.tables import AccessToken

_PREFIX: Final = "fg_"  # lets secret scanners recognise a token that leaked


class TokenNotFound(LookupError):
    """No token of that id."""


class NewToken(NamedTuple):
    row: AccessToken
    secret: str


def create(
    session: Session, label: str, permissions: Iterable[Permission], days: int | None, by: str
) -> NewToken:
    secret = _PREFIX + secrets.token_urlsafe(32)
    now = datetime.now(UTC)
    row = AccessToken(
        token_id=secrets.token_hex(8),
        digest=_digest(secret),
        label=label,
        permissions=tuple(sorted(permission.value for permission in permissions)),
        created_by=by,
        created_at=now,
        expires_at=now + timedelta(days=days) if days is not None else None,
    )
    session.add(row)
    return NewToken(row, secret)


def find(session: Session, secret: str) -> AccessToken | None:
    """The token, if it is still good."""
    row = session.scalar(select(AccessToken).where(AccessToken.digest == _digest(secret)))
    if row is None or row.revoked_at is not None:
        return None
    if row.expires_at is not None and row.expires_at <= datetime.now(UTC):
        return None
    return row


def revoke(session: Session, token_id: str) -> None:
    row = session.get(AccessToken, token_id)
    if row is None:
        raise TokenNotFound(token_id)
    row.revoked_at = row.revoked_at or datetime.now(UTC)


def _digest(secret: str) -> str:
    # The token has 256 bits of its own, so a plain digest cannot be guessed backwards.
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
