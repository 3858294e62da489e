"""Which step may follow which (domain/10 §10.2). `ALLOWED` is the whole policy.

A case begins as a clue. What the procedure asks of a step (deadlines, officers, approvals) comes
on top of this table and never widens it.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class Status(StrEnum):
    PENDING = "PENDING"
    FILED = "FILED"
    REJECTED = "REJECTED"
    TRANSFERRED = "TRANSFERRED"
    INVESTIGATING = "INVESTIGATING"
    SUSPENDED = "SUSPENDED"
    TERMINATED = "TERMINATED"
    REPORTED = "REPORTED"
    LEGAL_REVIEW = "LEGAL_REVIEW"
    NOTIFIED = "NOTIFIED"
    HEARING = "HEARING"
    MEETING = "MEETING"
    DECIDED = "DECIDED"
    DELIVERED = "DELIVERED"
    EXECUTING = "EXECUTING"
    CLOSED = "CLOSED"


class Outcome(StrEnum):
    """Decision types of art. 43 of the procedure rules."""

    PUNISH = "PUNISH"
    NO_PUNISH = "NO_PUNISH"
    NOT_ESTABLISHED = "NOT_ESTABLISHED"
    TRANSFER_ADMIN = "TRANSFER_ADMIN"
    TRANSFER_JUDICIAL = "TRANSFER_JUDICIAL"


class Source(StrEnum):
    """Where a clue comes from (art. 14)."""

    MONITOR = "MONITOR"
    INSPECTION = "INSPECTION"
    COMPLAINT = "COMPLAINT"
    TRANSFER = "TRANSFER"
    ASSIGNED = "ASSIGNED"


_END: Final[frozenset[Status]] = frozenset()

ALLOWED: Final[Mapping[Status, frozenset[Status]]] = {
    Status.PENDING: frozenset({Status.FILED, Status.REJECTED, Status.TRANSFERRED}),
    Status.FILED: frozenset({Status.INVESTIGATING}),
    Status.INVESTIGATING: frozenset({Status.SUSPENDED, Status.TERMINATED, Status.REPORTED}),
    Status.SUSPENDED: frozenset({Status.INVESTIGATING}),
    Status.REPORTED: frozenset({Status.LEGAL_REVIEW}),
    Status.LEGAL_REVIEW: frozenset({Status.NOTIFIED}),
    Status.NOTIFIED: frozenset({Status.HEARING, Status.MEETING, Status.DECIDED}),
    Status.HEARING: frozenset({Status.MEETING, Status.DECIDED}),
    Status.MEETING: frozenset({Status.DECIDED}),
    Status.DECIDED: frozenset({Status.DELIVERED}),
    Status.DELIVERED: frozenset({Status.EXECUTING}),
    Status.EXECUTING: frozenset({Status.CLOSED}),
    Status.REJECTED: _END,
    Status.TRANSFERRED: _END,
    Status.TERMINATED: _END,
    Status.CLOSED: _END,
}


class IllegalTransition(ValueError):
    """The procedure has no such step from here."""

    def __init__(self, now: Status, to: Status) -> None:
        super().__init__(f"{now} -> {to}")
        self.now = now
        self.to = to


class OutcomeRequired(ValueError):
    """A decision needs an outcome, and no other step takes one."""


class CaseOver(Exception):
    """The case has ended: it can be read, not changed."""


def move(now: Status, to: Status) -> Status:
    """The next status, if the procedure has that step.

    >>> move(Status.PENDING, Status.FILED)
    <Status.FILED: 'FILED'>
    """
    if to not in ALLOWED[now]:
        raise IllegalTransition(now, to)
    return to


def is_over(status: Status) -> bool:
    return not ALLOWED[status]


def outcome_after(to: Status, given: Outcome | None, before: Outcome | None) -> Outcome | None:
    """The outcome once a case has moved: given with the decision, kept until the end.

    Closing may correct it, since a court or an objection can change what was decided.
    """
    if to is Status.DECIDED and given is None:
        raise OutcomeRequired
    if given is not None and to not in (Status.DECIDED, Status.CLOSED):
        raise OutcomeRequired
    return given or before
