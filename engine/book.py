"""The book: rules, projections, subjects, knowledge and registers of one version, indexed.

Whatever is judged is judged by one book. The indexes make an event's cost depend on the stages
its facts concern, not on how many rules there are.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import engine.anomalies
import rules.packs
import rules.projections
import rules.subjects
from domain.facts import Fact, Signal
from engine.learning import Learner
from engine.registers import Registers
from rules.discovery import discover
from rules.knowledge.base import KnowledgeBase
from rules.rule import Projection, Rule, Stage
from rules.subjects.subject import Subject

DEFAULT_PSEUDONYM_KEY = b"fundguard: set FUNDGUARD_PSEUDONYM_KEY"


@dataclass(frozen=True, slots=True)
class BoundStage:
    """A stage with the rule it belongs to; ``id`` is unique in the book."""

    id: str
    rule: Rule
    stage: Stage


@dataclass(frozen=True)
class Book:
    """One version of everything that decides."""

    rules: Sequence[Rule]
    subjects: dict[str, Subject]
    projections: Sequence[Projection] = ()
    learners: dict[str, Learner] = field(default_factory=dict)
    knowledge: KnowledgeBase = field(default_factory=KnowledgeBase)
    registers: Registers = field(default_factory=Registers)
    pseudonym_key: bytes = DEFAULT_PSEUDONYM_KEY

    @cached_property
    def stages(self) -> dict[str, BoundStage]:
        """Every stage by its id."""
        bound = [
            BoundStage(f"{rule.id}/{stage.name}", rule, stage)
            for rule in self.rules
            for stage in rule.stages
        ]
        by_id = {stage.id: stage for stage in bound}
        if len(by_id) != len(bound):
            raise ValueError("two stages of one rule share a name")
        return by_id

    @cached_property
    def rule_by_id(self) -> dict[str, Rule]:
        return {rule.id: rule for rule in self.rules}

    @cached_property
    def _stages_by_trigger(self) -> dict[tuple[str, type[Fact], str], list[BoundStage]]:
        index: dict[tuple[str, type[Fact], str], list[BoundStage]] = {}
        for bound in self.stages.values():
            stage = bound.stage
            for kind in stage.triggers:
                for name in stage.signals if kind is Signal else ("",):
                    index.setdefault((stage.subject, kind, name), []).append(bound)
        return index

    @cached_property
    def _projections_by_trigger(self) -> dict[tuple[str, type[Fact]], list[Projection]]:
        index: dict[tuple[str, type[Fact]], list[Projection]] = {}
        for projection in self.projections:
            for kind in projection.triggers:
                index.setdefault((projection.subject, kind), []).append(projection)
        return index

    def stages_for(self, subject: str, fact: Fact) -> Sequence[BoundStage]:
        """The stages whose judgement this fact can change."""
        name = fact.name if isinstance(fact, Signal) else ""
        return self._stages_by_trigger.get((subject, type(fact), name), ())

    def projections_for(self, subject: str, fact: Fact) -> Sequence[Projection]:
        return self._projections_by_trigger.get((subject, type(fact)), ())


def build_book(
    *,
    knowledge: KnowledgeBase | None = None,
    only: Iterable[str] | None = None,
    pseudonym_key: bytes = DEFAULT_PSEUDONYM_KEY,
) -> Book:
    """The book of this release: every rule found under ``rules/packs`` and every model found
    under ``engine/anomalies``, or ``only`` some."""
    found = {
        rule.id: rule
        for package in (rules.packs, engine.anomalies)
        for rule in discover(package, Rule)
    }
    wanted = found.keys() if only is None else set(only)
    if wanted - found.keys():
        raise KeyError("、".join(sorted(wanted - found.keys())))
    return Book(
        rules=[rule for id, rule in sorted(found.items()) if id in wanted],
        subjects={subject.name: subject for subject in discover(rules.subjects, Subject)},
        projections=list(discover(rules.projections, Projection)),
        learners={
            learner.subject: learner
            for learner in discover(engine.anomalies, Learner)
            if learner.rule in wanted
        },
        knowledge=knowledge or KnowledgeBase(),
        pseudonym_key=pseudonym_key,
    )
