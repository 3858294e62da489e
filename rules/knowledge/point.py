"""A knowledge point: one published constraint on one item or several, in executable form."""

from __future__ import annotations

from msgspec import Struct

from domain.moments import END_OF_TIME, NEVER, Moment
from rules.knowledge.constraints import AnyConstraint


class KnowledgePoint(Struct, frozen=True, kw_only=True):
    """``id`` is the published one (KP-…); ``rule_class`` its class of the official framework.

    ``rule`` is the rule of ours that executes it, ``constraint`` what is executed; ``published``
    keeps the text as it was printed, for the alert. In force from ``valid_from`` until a later
    batch supersedes it.
    """

    id: str
    rule_class: str
    official_code: str
    rule: str
    name: str
    codes: tuple[str, ...]
    published: str
    batch: str
    constraint: AnyConstraint
    valid_from: Moment = NEVER
    valid_to: Moment = END_OF_TIME
    supersedes: str = ""
    explicit: bool = False

    def in_force(self, at: int) -> bool:
        return self.valid_from <= at < self.valid_to
