"""Presence: moments at which an insured person must have been somewhere in the flesh."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from domain.codes import is_inpatient
from domain.facts import Care, Settled, VisitOpened
from domain.moments import HOUR, Moment, is_date_only
from rules.readings.geography import Point, name_of, place_of
from rules.view import View


class Presence(Struct, frozen=True):
    """The person was at this institution (or point) then, by this event."""

    ref: str
    at: Moment
    institution: str
    name: str
    point: Point | None
    visit: str
    settlement: str
    credential: str
    terminal: str
    med_type: str


def presences(view: View) -> Sequence[Presence]:
    """All presences, in order of time.

    A registration, an admission, a settlement at a counter, a care visit. Not: online visits,
    records keyed in more than an hour after the fact (the person may be long gone), times of day
    precision, and settlements of stays, which relatives make at the office.
    """
    found: list[Presence] = []
    for visit in view.all(VisitOpened):
        if not (visit.online or visit.newborn or _vague(visit.at, visit.keyed)):
            found.append(_of_visit(view, visit))
    for claim in view.all(Settled):
        counter = not (claim.online or claim.newborn or is_inpatient(claim.med_type))
        in_person = not claim.payer or claim.payer == claim.person
        if counter and in_person and not claim.manual and not _vague(claim.at, claim.keyed):
            found.append(_of_settlement(view, claim))
    found += [_of_care(care) for care in view.all(Care) if not is_date_only(care.at)]
    return sorted(found, key=lambda presence: (presence.at, presence.ref))


def _vague(at: int, keyed: int) -> bool:
    return is_date_only(at) or (keyed != 0 and keyed - at > HOUR)


def _of_visit(view: View, visit: VisitOpened) -> Presence:
    return Presence(
        ref=visit.ref,
        at=visit.at,
        institution=visit.institution,
        name=name_of(view.registers, visit.institution, visit.at),
        point=place_of(view.registers, visit.institution, visit.at),
        visit=visit.visit,
        settlement="",
        credential=visit.credential,
        terminal=visit.terminal,
        med_type=visit.med_type,
    )


def _of_settlement(view: View, claim: Settled) -> Presence:
    return Presence(
        ref=claim.ref,
        at=claim.at,
        institution=claim.institution,
        name=name_of(view.registers, claim.institution, claim.at),
        point=place_of(view.registers, claim.institution, claim.at),
        visit=claim.visit,
        settlement=claim.settlement,
        credential=claim.credential,
        terminal=claim.terminal,
        med_type=claim.med_type,
    )


def _of_care(care: Care) -> Presence:
    known = care.latitude is not None and care.longitude is not None
    return Presence(
        ref=care.ref,
        at=care.at,
        institution=care.caregiver,
        name="长护服务",
        point=(care.latitude or 0.0, care.longitude or 0.0) if known else None,
        visit=care.visit,
        settlement="",
        credential="",
        terminal="",
        med_type="61",
    )
