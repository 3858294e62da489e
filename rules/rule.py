"""The form of a rule: what it cites, whose facts it reads, and the function that judges.

A rule has one stage or several. A stage reads one subject's facts and is a pure function of
them: same facts, same findings, in whatever order they came. When a fact arrives, changes or is
taken back, ``affected`` names the anchors (a settlement, a stay, a day …) whose judgement could
differ now, and ``judge`` judges each of them afresh; the engine compares with what stood before
and opens, changes or withdraws. A rule keeps no state and never says "withdraw".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from msgspec import Struct

from domain.facts import Fact
from domain.findings import Finding, Wait
from rules.view import View


class Parameters(Struct, frozen=True, kw_only=True):
    """Base of a rule's parameters; units belong in the names (``slack_minutes``)."""


class Tell(Struct, frozen=True, gc=False):
    """Give a fact to another subject. The engine takes it back when the stage ceases to say so."""

    subject: str
    key: str
    fact: Fact


Judgement = Iterable[Finding | Tell | Wait]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One step of a rule.

    ``triggers`` are the kinds of facts that can change a judgement; of signals only those named
    in ``signals``. ``name`` tells the stages of one rule apart.
    """

    subject: str
    triggers: tuple[type[Fact], ...]
    affected: Callable[[View, Any], Iterable[str]]
    judge: Callable[[View, str, Any], Judgement]
    signals: tuple[str, ...] = ()
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One check of the catalogue (domain/06-rules.md), as law and practice know it.

    ``severity`` is the usual one (1-5); a finding may carry its own. ``legal`` are codes of
    domain/02-law.md, ``causes`` numbers of its dictionary of causes (案由), ``formula`` one of
    M1-M8, ``actions`` what to do by phase. ``subsumes`` are rules that stay silent where this one
    speaks of the same visit.
    """

    id: str
    name: str
    name_en: str
    description: str
    phases: tuple[str, ...]
    severity: int
    legal: tuple[str, ...]
    causes: tuple[str, ...]
    formula: str
    actions: dict[str, str]
    parameters: Parameters
    stages: tuple[Stage, ...]
    official: tuple[str, ...] = ()
    subsumes: tuple[str, ...] = ()
    version: str = "1"
    phase: str = field(default="post")


@dataclass(frozen=True, slots=True, kw_only=True)
class Projection:
    """How facts of one subject reach another: for a changed fact, what to tell whom.

    Projections are always told again in full, voided facts included, so nothing need be taken
    back; the receiver replaces by ``ref``.
    """

    subject: str
    triggers: tuple[type[Fact], ...]
    route: Callable[[View, Any], Iterable[Tell]]


def itself(view: View, fact: Fact) -> tuple[str, ...]:
    """The commonest ``affected``: the fact that came is the anchor."""
    return (fact.ref,)
