"""Brings a database to the tables this version knows; safe to call from many processes at once."""

from __future__ import annotations

from typing import Final

from alembic import command
from alembic.config import Config
from sqlalchemy import text

from api.store.database import Store, open_store

_LOCK: Final = 7_012_026  # any number, as long as every fundguard process asks for the same


def migrate(url: str) -> None:
    """Create or upgrade the tables at a database URL."""
    store = open_store(url)
    try:
        migrate_store(store)
    finally:
        store.close()


def migrate_store(store: Store) -> None:
    """Create or upgrade the tables of an open store."""
    config = Config()
    config.set_main_option("script_location", "api.store:migrations")
    with store.write() as session:
        connection = session.connection()
        if not store.is_sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
