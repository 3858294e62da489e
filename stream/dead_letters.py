"""Dead letters: what can never be judged, kept untouched with the reason; and when to stop.

A stream of bad events is a bad release at some sender. Draining a topic into the dead letters
would lose nothing, but nobody would be audited meanwhile; so beyond a limit the worker stops.
"""

from __future__ import annotations

from collections import deque
from typing import Final, Literal

from msgspec import Struct

Stage = Literal["decode", "schema", "rule", "sink"]

WINDOW: Final = 1000  # events over which the share is taken
FEWEST: Final = 100  # below this many a share means little


class DeadLetter(Struct, frozen=True, kw_only=True):
    """One record as it came, and why it could not be judged."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...] = ()
    stage: Stage
    error: str


class TooManyBadEvents(RuntimeError):
    """The worker stopped: correct the sender, or raise the limit to let the rest through."""


class BadInputGuard:
    """Watches bad events in a row and their share of the last 1,000."""

    def __init__(self, share: float, run: int) -> None:
        self._share = share
        self._longest_run = run
        self._run = 0
        self._recent: deque[bool] = deque(maxlen=WINDOW)
        self._bad = 0

    def saw(self, *, bad: bool) -> None:
        """Note one event; raises `TooManyBadEvents` when a limit is passed."""
        if len(self._recent) == WINDOW:
            self._bad -= self._recent[0]
        self._recent.append(bad)
        self._bad += bad
        self._run = self._run + 1 if bad else 0
        if self._run >= self._longest_run:
            raise TooManyBadEvents(
                f"连续 {self._run} 个坏事件，已停止；请检查发送方，或调高 FUNDGUARD_BAD_RUN 后重启"
            )
        if len(self._recent) >= FEWEST and self._bad > self._share * len(self._recent):
            raise TooManyBadEvents(
                f"最近 {len(self._recent)} 个事件中有 {self._bad} 个坏事件，已停止；请检查发送方，"
                "或调高 FUNDGUARD_BAD_SHARE 后重启"
            )
