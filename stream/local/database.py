"""The local shell's database: one file, written ahead, one transaction a chunk."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Final

FILE: Final = "stream.sqlite"
FORMAT: Final = 1

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS events (
    log_offset INTEGER PRIMARY KEY AUTOINCREMENT,
    raw BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS days (
    day INTEGER PRIMARY KEY,
    last_offset INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS states (
    subject TEXT NOT NULL,
    key TEXT NOT NULL,
    record BLOB NOT NULL,
    wake_at INTEGER,
    expires_at INTEGER,
    PRIMARY KEY (subject, key)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS states_by_wake ON states (wake_at) WHERE wake_at IS NOT NULL;
CREATE INDEX IF NOT EXISTS states_by_expiry ON states (expires_at) WHERE expires_at IS NOT NULL;
CREATE TABLE IF NOT EXISTS registers (
    ref TEXT PRIMARY KEY,
    record BLOB NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS alerts (
    alert_offset INTEGER PRIMARY KEY AUTOINCREMENT,
    alert_id TEXT NOT NULL UNIQUE,
    body BLOB
);
CREATE TABLE IF NOT EXISTS dead_letters (
    log_offset INTEGER PRIMARY KEY,
    stage TEXT NOT NULL,
    error TEXT NOT NULL,
    raw BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS progress (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    format INTEGER NOT NULL,
    applied INTEGER NOT NULL,
    clock INTEGER NOT NULL,
    trimmed INTEGER NOT NULL,
    kept_since INTEGER NOT NULL
);
"""
# days: the last offset applied while event time was in that day, so that the log is cut by time.
# progress: trimmed is the last offset cut away, kept_since the event time from which all is there.


class OtherFormat(RuntimeError):
    """The data directory was written by another release; use that release, or a new directory."""


def connect(folder: Path) -> sqlite3.Connection:
    """Open the database in this folder, made on first use.

    Several processes may: one worker, and any number that append to the log or read alerts. A
    commit is on disk before it returns.
    """
    folder.mkdir(parents=True, exist_ok=True)
    database = sqlite3.connect(
        folder / FILE, timeout=30, isolation_level=None, check_same_thread=False
    )
    database.execute("PRAGMA auto_vacuum = INCREMENTAL")  # of no effect once there are pages
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("PRAGMA synchronous = FULL")
    database.execute("PRAGMA cache_size = -65536")
    database.executescript(_SCHEMA)
    database.execute("INSERT OR IGNORE INTO progress VALUES (1, ?, 0, 0, 0, 0)", (FORMAT,))
    (format_,) = database.execute("SELECT format FROM progress").fetchone()
    if format_ != FORMAT:
        database.close()
        raise OtherFormat(f"{folder / FILE} 是格式 {format_}，本版本读写格式 {FORMAT}")
    return database
