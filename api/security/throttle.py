"""Slows down guessing of passwords: after some failures each next try must wait longer.

A wait, not a lock: a locked account would let anybody shut a colleague out.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from math import ceil
from typing import Final

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from api.store.tables import LoginFailure

_MEMORY: Final = timedelta(minutes=15)
_FREE_BY_NAME: Final = 5
_FREE_BY_SOURCE: Final = 30  # a whole office behind one address mistypes too
_LONGEST: Final = 600.0  # seconds


class TooManyAttempts(Exception):
    """Wait ``seconds`` before the next try."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"wait {seconds} s")
        self.seconds = seconds


def check(session: Session, name: str, source: str) -> None:
    """Raise if this name or this address must wait before it may try again."""
    now = datetime.now(UTC)
    wait = max(
        _wait(session, _subject("name", name), _FREE_BY_NAME, now),
        _wait(session, _subject("source", source), _FREE_BY_SOURCE, now),
    )
    if wait > 0:
        raise TooManyAttempts(ceil(wait))


def failed(session: Session, name: str, source: str) -> None:
    now = datetime.now(UTC)
    for subject in (_subject("name", name), _subject("source", source)):
        session.add(LoginFailure(subject=subject, at=now))


def succeeded(session: Session, name: str) -> None:
    session.execute(delete(LoginFailure).where(LoginFailure.subject == _subject("name", name)))


def forget_old(session: Session) -> None:
    session.execute(delete(LoginFailure).where(LoginFailure.at < datetime.now(UTC) - _MEMORY))


def _wait(session: Session, subject: str, free: int, now: datetime) -> float:
    count, last = session.execute(
        select(func.count(), func.max(LoginFailure.at)).where(
            LoginFailure.subject == subject, LoginFailure.at > now - _MEMORY
        )
    ).one()
    if count < free or last is None:
        return 0.0
    pause = min(2.0 ** (count - free), _LONGEST)
    return pause - float((now - last).total_seconds())


def _subject(kind: str, value: str) -> str:
    return hashlib.sha256(f"{kind}\x1f{value}".encode("utf-8", "surrogatepass")).hexdigest()
