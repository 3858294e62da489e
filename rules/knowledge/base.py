"""The knowledge base as rules use it: points indexed by item code, versioned as a whole."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from rules.knowledge.point import KnowledgePoint

_NONE: Final[frozenset[str]] = frozenset()


class KnowledgeBase:
    """Points in force, looked up by code, so an event's cost grows with its lines alone."""

    def __init__(self, points: Iterable[KnowledgePoint] = (), version: str = "0") -> None:
        self.version = version
        self.points = tuple(points)
        self.rules = frozenset(point.rule for point in self.points)
        by_code: dict[str, list[KnowledgePoint]] = {}
        for point in self.points:
            for code in point.codes:
                by_code.setdefault(code, []).append(point)
        self._by_code = by_code
        rules: dict[frozenset[str], frozenset[str]] = {}
        self._rules = {
            code: rules.setdefault(found, found)
            for code, points_of in by_code.items()
            if (found := frozenset(point.rule for point in points_of))
        }
        self._reach_days: dict[str, int] = {}
        for point in self.points:
            known = self._reach_days.get(point.rule, 0)
            self._reach_days[point.rule] = max(known, point.constraint.reach_days)

    def of(self, code: str, at: int) -> Sequence[KnowledgePoint]:
        """The points that concern this code and were in force at that moment."""
        points = self._by_code.get(code)
        if not points:
            return ()
        return [point for point in points if point.valid_from <= at < point.valid_to]

    def all_of(self, code: str) -> Sequence[KnowledgePoint]:
        """Every point that ever concerned this code."""
        return self._by_code.get(code, ())

    def rules_of(self, code: str) -> frozenset[str]:
        """The rules that some point, in force or not, makes look at this code."""
        return self._rules.get(code, _NONE)

    def reach_days(self, rule: str) -> int:
        """How many days from a visit a fact can lie and still change what the rule says of it."""
        return self._reach_days.get(rule, 0)
