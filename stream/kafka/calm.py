"""When it is safe to forget: once nothing has been on its way anywhere for a while.

Event time may run ahead of what one subject still has to hear from another: while years of history
are loaded, days of them wait on the projections topic. A state that was forgotten meanwhile would
answer from what comes after. So every worker also notes, a partition of the projections, whether
it has read them to their end, and states are forgotten only in a calm.
"""

from __future__ import annotations

from typing import Final

CALM_SECONDS: Final = 60.0  # longer than what is told on from subject to subject takes to settle


class Calm:
    """Hears which partitions of all topics are read to their ends, and since when all are."""

    def __init__(self) -> None:
        self._behind: set[bytes] = set()
        self._since: float | None = None

    def hear(self, partition: bytes, *, caught_up: bool, now: float) -> None:
        if caught_up:
            self._behind.discard(partition)
        else:
            self._behind.add(partition)
        if self._behind:
            self._since = None
        elif self._since is None:
            self._since = now

    def lasts(self, now: float) -> bool:
        """Whether nobody has been behind for long enough."""
        return self._since is not None and now - self._since >= CALM_SECONDS
