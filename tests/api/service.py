"""A running HTTP shell on a real database, and people who use it."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from fastapi import FastAPI

from api.app import create_app
from api.intake import Intake
from api.outbox import Outbox
from api.ranking import Ranking
from api.security import sessions, tokens
from api.security.passwords import hash_password
from api.security.permissions import Permission, Role
from api.settings import ApiSettings
from api.shell import Shell
from api.store import tables
from api.store.database import Store
from domain.alerts import Alert
from tests.api.doubles import MemoryPublisher, MemorySink, MemorySource

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it would rather have another HTTP client beneath it
    from fastapi.testclient import TestClient as TestClient

COST = 2**10  # scrypt's N: the tests want to log in often, not safely
PASSWORD = "a long enough password"
_READY: dict[tuple[bool, int], FastAPI] = {}
_KEPT = hash_password(PASSWORD, COST)


@dataclass
class Service:
    """The application with everything `fundguard` would wire; background work runs by hand."""

    settings: ApiSettings
    source: MemorySource = field(default_factory=MemorySource)
    publisher: MemoryPublisher = field(default_factory=MemoryPublisher)
    sink: MemorySink | None = field(default_factory=MemorySink)

    def __post_init__(self) -> None:
        # Without a source and a publisher: a test takes each step itself, when it wants it.
        made = create_app(self.settings, alert_source=None, publisher=None, event_sink=self.sink)
        shell = made.state.shell
        assert isinstance(shell, Shell)
        self.shell: Shell = shell
        # Routes are made ready at their first use, which takes longer than most tests. So tests
        # with equal middleware share one application; everything else of it is in the shell.
        key = (self.settings.is_https, self.settings.claim_batch_bytes)
        self.app: FastAPI = _READY.setdefault(key, made)
        self.app.state.shell = shell

    @property
    def store(self) -> Store:
        return self.shell.store

    def take_in(self, *alerts: Alert) -> None:
        """Have these alerts arrive."""
        self.source.send_alerts(*alerts)
        intake = Intake(self.store, self.source)
        while intake.step():
            pass

    def rank(self) -> None:
        ranking = Ranking(self.store)
        while ranking.step():
            pass

    def relay(self) -> None:
        outbox = Outbox(self.store, self.publisher)
        while outbox.step():
            pass

    def client(self) -> TestClient:
        """Nobody's browser yet."""
        return TestClient(self.app, base_url="http://testserver")

    def person(self, *roles: Role, name: str = "") -> TestClient:
        """Somebody logged in, with the token of their session at hand."""
        name = name or "-".join(role.value for role in roles)
        with self.store.write() as session:
            if session.get(tables.User, name) is None:
                session.add(
                    tables.User(
                        name=name,
                        display_name=name.title(),
                        password=_KEPT,
                        roles=tuple(role.value for role in roles),
                        must_change_password=False,
                        active=True,
                        created_at=datetime.now(UTC),
                    )
                )
                session.flush()
            session_id = sessions.start(session, name)
        client = self.client()
        client.cookies.set(sessions.cookie_name(self.settings), session_id)
        with self.store.read() as session:
            found = sessions.find(session, self.settings, session_id)
        assert found is not None
        client.headers["X-CSRF-Token"] = found.csrf_token
        return client

    def machine(self, *permissions: Permission) -> TestClient:
        """A program with a token."""
        with self.store.write() as session:
            created = tokens.create(session, "test", permissions, None, "admin")
        client = self.client()
        client.headers["Authorization"] = f"Bearer {created.secret}"
        return client


def confirm(**changes: Any) -> dict[str, Any]:
    """The body of a decision."""
    return {
        "decision": "confirm",
        "reason_code": "verified",
        "reason": "调取销售台账, 无出库记录",
        **changes,
    }


def dismiss(**changes: Any) -> dict[str, Any]:
    return {
        "decision": "dismiss",
        "reason_code": "legitimate",
        "reason": "代取药, 双方身份有登记",
        **changes,
    }
