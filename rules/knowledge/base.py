"""The knowledge base as rules use it: points indexed by item code, versioned as a whole."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rules.knowledge.point import KnowledgePoint


class KnowledgeBase:
    """Points in force, looked up by code, so an event's cost grows with its lines alone."""

    def __init__(self, points: Iterable[KnowledgePoint] = (), version: str = "0") -> None:
        self.version = version
        self.points = tuple(points)
        self._by_code: dict[str, list[KnowledgePoint]] = {}
        for point in self.points:
            for code in point.codes:
                self._by_code.setdefault(code, []).append(point)

    def of(self, code: str, at: int) -> Sequence[KnowledgePoint]:
        """The points that concern this code and were in force at that moment."""
        points = self._by_code.get(code)
        if not points:
            return ()
        return [point for point in points if point.valid_from <= at < point.valid_to]
