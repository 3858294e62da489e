"""The alerts of the local shell, read like a topic: from a position, in order."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from stream.local.database import connect


class LocalAlerts:
    """Reads the latest form of each alert that changed after a position."""

    def __init__(self, folder: Path) -> None:
        self._database = connect(folder)

    def after(self, position: int, limit: int = 500) -> list[tuple[int, str, bytes | None]]:
        """(position, alert id, body), oldest change first; no body where one is to be forgotten."""
        return self._database.execute(
            "SELECT alert_offset, alert_id, body FROM alerts WHERE alert_offset > ? "
            "ORDER BY alert_offset LIMIT ?",
            (position, limit),
        ).fetchall()

    def count_after(self, position: int) -> int:
        """How many alerts changed after a position."""
        (count,) = self._database.execute(
            "SELECT count(*) FROM alerts WHERE alert_offset > ?", (position,)
        ).fetchone()
        return int(count)

    def standing(self) -> Iterator[tuple[str, bytes]]:
        """Every alert that is not to be forgotten, sorted by id."""
        yield from self._database.execute(
            "SELECT alert_id, body FROM alerts WHERE body IS NOT NULL ORDER BY alert_id"
        )

    def close(self) -> None:
        self._database.close()
