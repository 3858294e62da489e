"""A knowledge point: one published constraint on one item or several, in executable form."""

from __future__ import annotations

from msgspec import Struct

from domain.moments import END_OF_TIME, NEVER, Moment


class KnowledgePoint(Struct, frozen=True, kw_only=True):
    """``id`` is the published one (KP-…); ``rule_class`` its class of the official framework.

    ``published`` constraint text stays as it was printed, for the alert; in force from
    ``valid_from`` until a later batch supersedes it.
    """

    id: str
    rule_class: str
    official_code: str
    name: str
    codes: tuple[str, ...]
    published: str
    batch: str
    valid_from: Moment = NEVER
    valid_to: Moment = END_OF_TIME
