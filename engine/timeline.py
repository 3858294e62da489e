"""A timeline: the facts of one kind at one subject, sorted by event time, each of them once.

Appending in order, the usual case, is O(1); a late fact is inserted where it belongs; a fact
with a known ``ref`` replaces the earlier one. Windows are slices found by bisection.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from operator import attrgetter
from typing import Generic, TypeVar

from domain.facts import Fact

F = TypeVar("F", bound=Fact)

_place = attrgetter("at", "ref")
_at = attrgetter("at")


class Timeline(Generic[F]):
    """Facts sorted by (at, ref)."""

    __slots__ = ("_by_ref", "_facts")

    def __init__(self, facts: Iterable[F] = ()) -> None:
        self._facts: list[F] = []
        self._by_ref: dict[str, F] = {}
        for fact in facts:
            self.put(fact)

    def __len__(self) -> int:
        return len(self._facts)

    def get(self, ref: str) -> F | None:
        return self._by_ref.get(ref)

    def put(self, fact: F) -> bool:
        """Insert or replace; False when exactly this fact was there already."""
        known = self._by_ref.get(fact.ref)
        if known is not None:
            if known == fact:
                return False
            self.drop(fact.ref)
        facts = self._facts
        self._by_ref[fact.ref] = fact
        if not facts or _place(facts[-1]) < (fact.at, fact.ref):
            facts.append(fact)
        else:
            facts.insert(bisect_left(facts, (fact.at, fact.ref), key=_place), fact)
        return True

    def drop(self, ref: str) -> F | None:
        """Take a fact out and return it, if it was there."""
        fact = self._by_ref.pop(ref, None)
        if fact is not None:
            del self._facts[bisect_left(self._facts, (fact.at, ref), key=_place)]
        return fact

    def all(self) -> Sequence[F]:
        return self._facts

    def between(self, since: int, until: int) -> Sequence[F]:
        """Facts with since <= at <= until."""
        facts = self._facts
        if not facts or (since <= facts[0].at and facts[-1].at <= until):
            return facts
        return facts[bisect_left(facts, since, key=_at) : bisect_right(facts, until, key=_at)]

    def expire(self, before: int) -> int:
        """Forget the facts with at < before; how many went."""
        facts = self._facts
        if not facts or facts[0].at >= before:
            return 0
        count = bisect_left(facts, before, key=_at)
        for fact in facts[:count]:
            del self._by_ref[fact.ref]
        del facts[:count]
        return count
