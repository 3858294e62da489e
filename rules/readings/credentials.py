"""Credentials: cards reported lost, and face checks that passed or failed.

A card is lost from its report until it is found again. The report may be sent a second time with
its end: of entries with the same card and beginning, the earliest end holds. A face check that
was not made says nothing at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from msgspec import Struct

from domain.facts import Registered, Settled
from domain.moments import ImpossibleTime, Moment, moment
from rules.view import View

CARD_LOSS: Final = "card_loss"


class Loss(Struct, frozen=True):
    """A loss report: the card was lost after ``reported`` and before ``until``."""

    ref: str
    reported: Moment
    until: Moment


def loss_of(view: View, card: str, at: int) -> Loss | None:
    """The report because of which this card was lost at that moment, the earliest of several."""
    reports = view.once(_losses).get(card, ()) if card else ()
    return next((loss for loss in reports if loss.reported < at < loss.until), None)


def reported_at(entry: Registered) -> Moment:
    """When the loss was reported; the entry's beginning where it does not say."""
    try:
        return moment(entry.get("loss_report_time"))
    except ImpossibleTime:
        return entry.at


def _losses(view: View) -> Mapping[str, list[Loss]]:
    first: dict[tuple[str, Moment], Loss] = {}
    for entry in view.all(Registered):
        if entry.kind == CARD_LOSS:
            loss = Loss(entry.ref, reported_at(entry), entry.until)
            known = first.get((entry.id, entry.at))
            if known is None or loss.until < known.until:
                first[entry.id, entry.at] = loss
    by_card: dict[str, list[Loss]] = {}
    for (card, _), loss in sorted(first.items(), key=lambda item: item[1].reported):
        by_card.setdefault(card, []).append(loss)
    return by_card


def face_failed(claim: Settled, least_score: Decimal, least_liveness: Decimal) -> bool:
    """Whether a face check was made and failed, by its score or because nobody alive was seen."""
    unlike = claim.face_score is not None and claim.face_score < least_score
    return unlike or (claim.liveness is not None and claim.liveness < least_liveness)


def face_passed(claim: Settled, least_score: Decimal, least_liveness: Decimal) -> bool:
    """Whether a face check was made and passed."""
    return claim.face_score is not None and not face_failed(claim, least_score, least_liveness)
