"""The words of the queue: what state an alert is in, and what reviewers said last."""

from __future__ import annotations

from typing import Final, Literal

from domain.alerts import OPEN, WITHDRAWN

PENDING: Final = "pending"
CONFIRMED: Final = "confirmed"
DISMISSED: Final = "dismissed"

QueueState = Literal["open", "confirmed", "dismissed", "withdrawn"]
ReviewStatus = Literal["pending", "confirmed", "dismissed"]


def queue_state(withdrawn: bool, review_status: str) -> str:
    """What the queue shows: a withdrawn alert is withdrawn, whatever was decided before.

    >>> queue_state(False, "pending"), queue_state(True, "confirmed")
    ('open', 'withdrawn')
    """
    if withdrawn:
        return WITHDRAWN
    return OPEN if review_status == PENDING else review_status
