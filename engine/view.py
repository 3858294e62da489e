"""The view of a subject's state that stages are given."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from domain.facts import Fact, Signal
from domain.moments import Moment
from engine.state import State
from rules.knowledge.base import KnowledgeBase
from rules.view import Registers, View

F = TypeVar("F", bound=Fact)
V = TypeVar("V")


class StateView:
    """Facts of one state, without the voided ones unless ``gross``.

    A view lives for one audit of one subject; readings are remembered until then.
    """

    def __init__(
        self,
        key: str,
        state: State,
        clock: Moment,
        registers: Registers,
        knowledge: KnowledgeBase,
        *,
        gross: bool = False,
    ) -> None:
        self.key = key
        self.clock = clock
        self.registers = registers
        self.knowledge = knowledge
        self._state = state
        self.gross = gross
        self._sees_all = gross or not state.reversals  # without a reversal nothing is void
        self._net: dict[type[Fact], Sequence[Any]] = {}
        self._readings: dict[Callable[[Any], Any], Any] = {}

    def all(self, kind: type[F]) -> Sequence[F]:
        timeline = self._state.timelines.get(kind)
        if timeline is None:
            return ()
        facts: Sequence[Any] = timeline.all()
        if self._sees_all:
            return facts
        net = self._net.get(kind)
        if net is None:
            if any(fact.voided_by for fact in facts):
                facts = [fact for fact in facts if not fact.voided_by]
            net = self._net[kind] = facts
        return net

    def between(self, kind: type[F], since: int, until: int) -> Sequence[F]:
        timeline = self._state.timelines.get(kind)
        if timeline is None:
            return ()
        facts: Sequence[Any] = timeline.between(since, until)
        if self._sees_all:
            return facts
        return [fact for fact in facts if not fact.voided_by]

    def find(self, kind: type[F], ref: str) -> F | None:
        timeline = self._state.timelines.get(kind)
        fact: Any = timeline.get(ref) if timeline is not None else None
        return None if fact is None or (fact.voided_by and not self._sees_all) else fact

    def signals(self, name: str) -> Sequence[Signal]:
        if Signal not in self._state.timelines:
            return ()
        return self.once(_signals_by_name).get(name, ())

    def once(self, reading: Callable[[View], V]) -> V:
        known = self._readings.get(reading)
        if known is None:
            known = self._readings[reading] = reading(self)
        value: V = known
        return value


def _signals_by_name(view: View) -> dict[str, list[Signal]]:
    by_name: dict[str, list[Signal]] = {}
    for signal in view.all(Signal):
        by_name.setdefault(signal.name, []).append(signal)
    return by_name
