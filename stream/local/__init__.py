"""One machine, no broker: event log, states, alerts and offset in one SQLite database."""
