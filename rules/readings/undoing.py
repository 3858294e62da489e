"""Undoing: when something was taken back, so that what came after is not held against it."""

from __future__ import annotations

from domain.facts import Fees, Reversed, Settled
from domain.moments import Moment
from rules.view import View


def undone_at(view: View, by: str) -> Moment | None:
    """The moment of the reversal or refund with that reference, if the view knows it."""
    for kind in (Reversed, Fees, Settled):
        found = view.find(kind, by)
        if found is not None:
            return found.at
    return None
