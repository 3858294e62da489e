"""What a rule sees of a subject: its facts in event time, the registers, the knowledge base.

The engine implements these; rules depend on nothing more. A view is net: facts that a reversal
took back are not in it. The engine judges a second time on a gross view to tell a withdrawn
alert from one that never was; a rule need not know which it is given.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

from domain.facts import Fact, Registered, Signal
from domain.moments import Moment
from rules.knowledge.base import KnowledgeBase

F = TypeVar("F", bound=Fact)
V = TypeVar("V")


class Registers(Protocol):
    """Reference data, looked up at the moment an event happened."""

    def at(self, kind: str, id: str, moment: int) -> Registered | None:
        """The entry that held then, or None when none is known."""
        ...

    def all_at(self, kind: str, id: str, moment: int) -> Sequence[Registered]:
        """Every entry that held then, where one id may have several (outages, filings)."""
        ...


class View(Protocol):
    """One subject's facts. Sequences are sorted by (at, ref) and must not be changed."""

    @property
    def key(self) -> str:
        """Which subject this is: the psn_no, the fixmedins_code, the trace code …"""
        ...

    @property
    def clock(self) -> Moment:
        """Event time has passed this moment; compare only as ``clock >= due`` and return a
        `Wait` otherwise, so that the outcome does not depend on when the rule was asked."""
        ...

    @property
    def gross(self) -> bool:
        """Whether voided facts are in sight; only the reading that nets refunds may ask."""
        ...

    @property
    def registers(self) -> Registers: ...

    @property
    def knowledge(self) -> KnowledgeBase: ...

    def all(self, kind: type[F]) -> Sequence[F]:
        """Every fact of that kind."""
        ...

    def between(self, kind: type[F], since: int, until: int) -> Sequence[F]:
        """Facts of that kind with since <= at <= until."""
        ...

    def find(self, kind: type[F], ref: str) -> F | None:
        """The fact of that kind with that reference."""
        ...

    def signals(self, name: str) -> Sequence[Signal]:
        """Signals of that name."""
        ...

    def once(self, reading: Callable[[View], V]) -> V:
        """``reading(view)``, computed once a view however many rules ask for it."""
        ...
