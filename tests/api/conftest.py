from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text

from api.security.permissions import Role
from api.settings import ApiSettings
from api.store.database import Store, open_store
from api.store.migrate import migrate
from tests.api.service import COST, Service, TestClient

MakeDatabase = Callable[[], str]


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with its tables, to be copied: making them takes longer than most tests."""
    path = tmp_path_factory.mktemp("template") / "store.db"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres() -> Iterator[MakeDatabase]:
    """Makes empty databases on the server that FUNDGUARD_TEST_POSTGRES names."""
    server = os.environ.get("FUNDGUARD_TEST_POSTGRES")
    if not server:
        pytest.fail("FUNDGUARD_TEST_POSTGRES must name a PostgreSQL server, postgresql://…")
    url = make_url(server).set(drivername="postgresql+psycopg")
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    made: list[str] = []

    def make(template: str = "template1") -> str:
        name = f"fg_test_{secrets.token_hex(6)}"
        with engine.connect() as connection:
            connection.execute(text(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'))
        made.append(name)
        return url.set(database=name).render_as_string(hide_password=False)

    yield make
    with engine.connect() as connection:
        for name in made:
            connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
    engine.dispose()


@pytest.fixture(scope="session")
def migrated_postgres(postgres: Callable[..., str]) -> MakeDatabase:
    first = postgres()
    migrate(first)
    template = make_url(first).database
    return lambda: postgres(template)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.integration)])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database of this test's own, with its tables: SQLite always, PostgreSQL on demand."""
    if request.param == "postgres":
        make: MakeDatabase = request.getfixturevalue("migrated_postgres")
        return make()
    path = tmp_path / "store.db"
    shutil.copy(request.getfixturevalue("migrated_sqlite"), path)
    return f"sqlite:///{path}"


@pytest.fixture
def store(database: str) -> Iterator[Store]:
    opened = open_store(database)
    yield opened
    opened.close()


@pytest.fixture
def settings(database: str) -> ApiSettings:
    return ApiSettings.model_validate(
        {
            "database": database,
            "password_cost": COST,
            "public_base_url": "http://testserver",
            "session_secret": "only for tests",
            "stream_poll_seconds": 0.02,
        }
    )


@pytest.fixture
def service(settings: ApiSettings) -> Iterator[Service]:
    made = Service(settings)
    yield made
    made.store.close()


@pytest.fixture
def supervisor(service: Service) -> TestClient:
    return service.person(Role.SUPERVISOR)
