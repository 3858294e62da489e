"""Alembic enters here. The connection, with its transaction, comes from `api.store.migrate`."""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection

from api.store.tables import Table

connection: Connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Table.metadata,
    transactional_ddl=False,
    render_as_batch=connection.dialect.name == "sqlite",
)
context.run_migrations()
