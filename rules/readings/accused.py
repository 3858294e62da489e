"""Accused lines: what of a claim a finding calls in question."""

from __future__ import annotations

from collections.abc import Iterable

from domain.facts import Line
from domain.findings import AccusedLine


def in_full(lines: Iterable[Line]) -> tuple[AccusedLine, ...]:
    """The lines with all that the fund is asked for (M1, M8)."""
    return tuple(AccusedLine(line.id, line.code, line.covered) for line in lines)
