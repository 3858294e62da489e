"""Visits as payment rules see them: where, how, under which insurance, with which diagnoses.

A purchase at a pharmacy has no opening record; its settlement then says what it can.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec
from msgspec import Struct

from domain.codes import FEMALE, MALE
from domain.facts import Fees, Registered, Settled, VisitClosed, VisitOpened
from domain.moments import DAY, Moment, moment
from rules.view import View

OLDEST_YEARS = 125  # a birth further back is a typing error
NEAR_DAYS = 365  # visits so near may lend each other the sex or birth they lack


class Encounter(Struct, frozen=True, kw_only=True):
    """One visit. ``diagnoses`` are those of the opening and the discharge, without repetition."""

    visit: str
    institution: str
    begin: Moment
    med_type: str = ""
    insurance: str = ""
    gender: str = ""
    birth: Moment | None = None
    diagnoses: tuple[str, ...] = ()
    online: bool = False
    newborn: bool = False
    refs: tuple[str, ...] = ()


def encounters(view: View) -> dict[str, Encounter]:
    """All visits of the person by their id; a visit opened twice counts as first opened."""
    found: dict[str, Encounter] = {}
    for opened in view.all(VisitOpened):
        if opened.visit not in found:
            found[opened.visit] = _opened(opened)
    for claim in view.all(Settled):
        found[claim.visit] = _settled(found.get(claim.visit), claim)
    for fees in view.all(Fees):
        if fees.visit not in found:
            found[fees.visit] = Encounter(
                visit=fees.visit, institution=fees.institution, begin=fees.at
            )
    for closed in view.all(VisitClosed):
        if closed.visit in found:
            found[closed.visit] = _closed(found[closed.visit], closed)
    return found


def encounter_of(view: View, visit: str) -> Encounter | None:
    return view.once(encounters).get(visit)


def _opened(opened: VisitOpened) -> Encounter:
    return Encounter(
        visit=opened.visit,
        institution=opened.institution,
        begin=opened.at,
        med_type=opened.med_type,
        insurance=opened.insurance,
        gender=opened.gender,
        birth=opened.birth,
        diagnoses=opened.diagnoses,
        online=opened.online,
        newborn=opened.newborn,
        refs=(opened.ref,),
    )


def _settled(known: Encounter | None, claim: Settled) -> Encounter:
    base = known or Encounter(
        visit=claim.visit, institution=claim.institution, begin=claim.at, refs=(claim.ref,)
    )
    return msgspec.structs.replace(
        base,
        med_type=base.med_type or claim.med_type,
        insurance=base.insurance or claim.insurance,
        online=base.online or claim.online,
        newborn=base.newborn or claim.newborn,
    )


def _closed(known: Encounter, closed: VisitClosed) -> Encounter:
    if not closed.diagnoses:
        return known
    more = [code for code in closed.diagnoses if code not in known.diagnoses]
    return msgspec.structs.replace(
        known, diagnoses=(*known.diagnoses, *more), refs=(*known.refs, closed.ref)
    )


def sex_of(view: View, encounter: Encounter) -> str:
    """The person's sex, 1 or 2, or the empty text where it is unknown or contradicted.

    What the visit says must not contradict the register; where neither says anything, the
    person's other visits may, if they agree.
    """
    said = {encounter.gender, *(entry.get("gend") for entry in _register(view, encounter.begin))}
    said &= {MALE, FEMALE}
    said = said or ({one.gender for one in _near(view, encounter)} & {MALE, FEMALE})
    return said.pop() if len(said) == 1 else ""


def birth_of(view: View, encounter: Encounter) -> Moment | None:
    """The person's birth, or None where it is unknown, impossible or contradicted.

    Looked for where `sex_of` looks; two dates contradict each other when they differ by more
    than a day.
    """
    entries = _register(view, encounter.begin)
    said = {encounter.birth, *(_date(entry.get("brdy")) for entry in entries)} - {None}
    said = said or ({one.birth for one in _near(view, encounter)} - {None})
    born = sorted(birth for birth in said if birth is not None)
    if not born or born[-1] - born[0] > DAY:
        return None
    plausible = encounter.begin - OLDEST_YEARS * 366 * DAY <= born[0] <= encounter.begin + DAY
    return born[0] if plausible else None


def _near(view: View, encounter: Encounter) -> Iterator[Encounter]:
    for other in view.once(encounters).values():
        if abs(other.begin - encounter.begin) <= NEAR_DAYS * DAY:
            yield other


def _register(view: View, at: Moment) -> Sequence[Registered]:
    """Entries about the person that held then, or the earliest when the register begins later."""
    known = [entry for entry in view.all(Registered) if entry.kind == "person"]
    holding = [entry for entry in known if entry.at <= at < entry.until]
    return holding[-1:] or known[:1]


def _date(text: str) -> Moment | None:
    try:
        return moment(text[:10]) if text else None
    except ValueError:
        return None


def is_about_person(fact: object) -> bool:
    """Whether a fact may tell the person's sex or birth.

    >>> is_about_person(Registered(ref="r", at=moment("2026-01-01"), kind="leave", id="V1"))
    False
    """
    if isinstance(fact, VisitOpened):
        return bool(fact.gender or fact.birth)
    return isinstance(fact, Registered) and fact.kind == "person"
