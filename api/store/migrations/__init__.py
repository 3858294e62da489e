"""Alembic's folder: `env` and one file a revision. Run through `api.store.migrate`."""
