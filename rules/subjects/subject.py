"""A subject is the unit of state: everything a stage may look at lies under one key."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from domain.facts import Fact
from domain.moments import DAY

LATENESS: Final = 7 * DAY  # state outlives its window by this much, for late data (06-rules §6.1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """``keeps`` gives the look-back in seconds a kind of fact; kinds not named are not kept.

    Signals may be kept differently by name (``signals``); ``keeps[Signal]`` is for the others.
    """

    name: str
    description: str
    keeps: dict[type[Fact], int]
    signals: dict[str, int] | None = None
