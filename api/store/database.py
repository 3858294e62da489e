"""Opens the store and hands out transactions; the only place that knows which database it is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from sqlite3 import OperationalError
from time import monotonic, sleep
from typing import Final, Protocol

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine import URL
from sqlalchemy.orm import Session

_BUSY_TIMEOUT_MS: Final = 10_000
_IMMEDIATE: Final = "fundguard_immediate"


class Cursor(Protocol):
    def execute(self, sql: str, /) -> object: ...


class SqliteConnection(Protocol):
    isolation_level: str | None

    def execute(self, sql: str, /) -> Cursor: ...


class Store:
    """Transactions on one database.

    `write` takes SQLite's write lock at its beginning: a transaction that read first and wrote
    later would fail with "database is locked" whenever somebody else wrote in between.
    """

    def __init__(self, engine: Engine) -> None:
        self._reading = engine
        self._writing = engine.execution_options(**{_IMMEDIATE: True})

    @property
    def engine(self) -> Engine:
        return self._reading

    @property
    def is_sqlite(self) -> bool:
        return self._reading.dialect.name == "sqlite"

    @contextmanager
    def read(self) -> Iterator[Session]:
        """One consistent snapshot; nothing written in it is kept."""
        with Session(self._reading, autoflush=False) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """One transaction: all of it, or after an exception nothing of it."""
        with Session(self._writing, expire_on_commit=False) as session, session.begin():
            yield session

    def close(self) -> None:
        self._reading.dispose()


def open_store(url: str) -> Store:
    """The store at a URL: ``sqlite:///path`` or ``postgresql://…`` (psycopg 3)."""
    parsed = _with_driver(make_url(url))
    if parsed.get_backend_name() == "sqlite":
        return Store(_sqlite(parsed))
    return Store(create_engine(parsed, pool_size=8, max_overflow=8, pool_pre_ping=True))


def _with_driver(url: URL) -> URL:
    if url.drivername in ("postgres", "postgresql"):
        return url.set(drivername="postgresql+psycopg")
    return url


def _sqlite(url: URL) -> Engine:
    if url.database and url.database != ":memory:":
        Path(url.database).expanduser().resolve().parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, pool_size=8, max_overflow=8)
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: SqliteConnection, _record: object) -> None:
    # The driver's own idea of when a transaction begins would defeat `_begin`.
    connection.isolation_level = None
    connection.execute(f"PRAGMA busy_timeout={_BUSY_TIMEOUT_MS}")
    _turn_on_wal(connection)
    connection.execute("PRAGMA synchronous=NORMAL")
    connection.execute("PRAGMA foreign_keys=ON")


def _turn_on_wal(connection: SqliteConnection) -> None:
    """Switch a new file to write-ahead logging. SQLite does not wait for this lock by itself."""
    give_up_at = monotonic() + _BUSY_TIMEOUT_MS / 1_000
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except OperationalError:
            if monotonic() > give_up_at:
                raise
            sleep(0.01)
        else:
            return


def _begin(connection: Connection) -> None:
    immediate = connection.get_execution_options().get(_IMMEDIATE, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")
