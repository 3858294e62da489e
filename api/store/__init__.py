"""The store: SQLite in one file or PostgreSQL, the same tables and exact amounts on both."""
