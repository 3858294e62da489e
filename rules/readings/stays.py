"""Stays of a person: from admission and discharge records to intervals that can be compared.

Nothing here assumes more presence in hospital than somebody recorded. A stay without a discharge
record counts as running until its last sign only: its last line or vital record, or the end of
the last day for which a bed or nursing was charged (who charges the night claims the patient).
Times of day precision are read in the patient's favour: such a stay begins after its first day
and ends before its last.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from msgspec import Struct

from domain.codes import is_inpatient
from domain.facts import (
    Care,
    Fees,
    Record,
    Registered,
    Reversed,
    Settled,
    VisitClosed,
    VisitOpened,
    Vitals,
)
from domain.moments import DAY, END_OF_TIME, HOUR, NEVER, Moment, day_of, is_date_only, start_of_day
from rules.readings.claims import lines_of, settlements_of
from rules.readings.ward_charges import is_night_charge
from rules.view import View

StayFact = VisitOpened | VisitClosed | Fees | Vitals | Settled | Reversed
"""The facts that can change what a stay is, or whether it was paid."""
STAY_FACTS: Final = (VisitOpened, VisitClosed, Fees, Vitals, Settled, Reversed)


class Stay(Struct, frozen=True, kw_only=True):
    """One stay. ``until`` is its discharge, or its last sign while there is no discharge.

    ``return_planned`` and ``planned_admission`` are days_rinp_flag_31 as the hospital wrote it at
    the discharge and at the admission.
    """

    visit: str
    institution: str
    med_type: str
    begin: Moment
    until: Moment
    closed: bool
    opened_ref: str
    closed_ref: str = ""
    way: str = ""
    keyed_late_seconds: int = 0
    admission_diagnoses: tuple[str, ...] = ()
    discharge_diagnoses: tuple[str, ...] = ()
    operations: tuple[str, ...] = ()
    return_planned: str = ""
    planned_admission: str = ""
    doctor: str = ""
    department: str = ""
    bed: str = ""
    newborn: bool = False

    @property
    def diagnoses(self) -> tuple[str, ...]:
        """Those of the discharge; those of the admission while there are no others."""
        return self.discharge_diagnoses or self.admission_diagnoses

    @property
    def main_diagnosis(self) -> str:
        return self.diagnoses[0] if self.diagnoses else ""

    @property
    def nights(self) -> int:
        """Length of stay in days, the day of discharge not counted (算头不算尾)."""
        return day_of(self.until) - day_of(self.begin)

    def core(self, edge_hours: int) -> tuple[Moment, Moment]:
        """The time at which the patient must have been in hospital, edges cut off."""
        edge = edge_hours * HOUR
        since = start_of_day(day_of(self.begin) + 1) if is_date_only(self.begin) else None
        whole_last_day = self.closed and is_date_only(self.until)
        return (
            Moment(self.begin + edge) if since is None else since,
            self.until if whole_last_day else Moment(self.until - edge),
        )


def stays(view: View) -> Sequence[Stay]:
    """All stays, in order of admission. A visit opened or closed twice is one stay."""
    closings = view.once(_closings)
    found: dict[str, Stay] = {}
    for opened in view.all(VisitOpened):
        if opened.visit not in found and is_inpatient(opened.med_type):
            found[opened.visit] = _stay(view, opened, closings.get(opened.visit))
    return tuple(found.values())


def stays_by_visit(view: View) -> dict[str, Stay]:
    return {stay.visit: stay for stay in view.once(stays)}


def stay_of(view: View, visit: str) -> Stay | None:
    return view.once(stays_by_visit).get(visit)


def stays_concerned(view: View, fact: StayFact | Record | Care) -> Sequence[Stay]:
    """The stays that a fact is about; a reversal may be of any stay at its institution."""
    if isinstance(fact, Reversed):
        return [stay for stay in view.once(stays) if stay.institution == fact.institution]
    stay = stay_of(view, fact.visit)
    return () if stay is None else (stay,)


def is_taken_back(view: View, stay: Stay) -> bool:
    """Whether the settlement of an ended stay was reversed and none stands in its place.

    Then the fund has its money back, and there is nothing to accuse until the hospital settles
    anew. A reversal need not name its visit: one by the same institution since the discharge is
    taken for it while the stay has no settlement.
    """
    if not stay.closed or settlements_of(view, stay.visit):
        return False
    return any(
        reversal.visit == stay.visit
        or (
            not reversal.visit
            and reversal.institution == stay.institution
            and reversal.at >= stay.until
        )
        for reversal in view.all(Reversed)
    )


def reach(view: View, visit: str) -> Moment:
    """No judgement about this stay can concern a later moment, whatever of it is taken back."""
    return view.once(_reaches).get(visit, NEVER)


def vitals_of(view: View, visit: str) -> Sequence[Moment]:
    """When vital signs of this visit were recorded."""
    return view.once(_vitals_by_visit).get(visit, ())


def recorded_days(view: View, stay: Stay) -> set[int]:
    """Natural days with a vital sign (4602) or a course record (4701) of the stay.

    A settlement list (4101) is filed after the discharge and tells nothing of the bedside.
    """
    vitals = vitals_of(view, stay.visit)
    ends = stay.until if stay.closed else END_OF_TIME
    filed = (
        record.at
        for record in view.all(Record)
        if record.visit == stay.visit and stay.begin <= record.at < ends
    )
    return {day_of(at) for at in (*vitals, *filed)}


def approved_leaves(view: View, visit: str) -> list[tuple[Moment, Moment]]:
    """When the patient was away with leave; leave given by days includes its last day."""
    return view.once(_leaves_by_visit).get(visit, [])


def _closings(view: View) -> dict[str, VisitClosed]:
    """The discharge record of each visit: of several the one keyed in last."""
    found: dict[str, VisitClosed] = {}
    for closed in view.all(VisitClosed):
        known = found.get(closed.visit)
        if known is None or closed.keyed > known.keyed:
            found[closed.visit] = closed
    return found


def _stay(view: View, opened: VisitOpened, closed: VisitClosed | None) -> Stay:
    ended = closed is not None and day_of(closed.at) >= day_of(opened.at)
    return Stay(
        visit=opened.visit,
        institution=opened.institution,
        med_type=opened.med_type,
        begin=opened.at,
        until=closed.at if closed and ended else _last_sign(view, opened),
        closed=ended,
        opened_ref=opened.ref,
        closed_ref=closed.ref if closed else "",
        way=closed.way if closed else "",
        keyed_late_seconds=max(0, closed.keyed - closed.at) if closed and closed.keyed else 0,
        admission_diagnoses=opened.diagnoses,
        discharge_diagnoses=closed.diagnoses if closed else (),
        operations=closed.operations if closed else (),
        return_planned=closed.planned_return if closed else "",
        planned_admission=opened.planned_return,
        doctor=opened.doctor,
        department=opened.department,
        bed=opened.bed,
        newborn=opened.newborn,
    )


def _last_sign(view: View, opened: VisitOpened) -> Moment:
    signs: list[int] = [opened.at]
    for line in lines_of(view, opened.visit):
        night = start_of_day(day_of(line.at) + 1)
        signs.append(night if is_night_charge(line) else line.at)
    signs += vitals_of(view, opened.visit)
    return Moment(max(signs))


def _vitals_by_visit(view: View) -> dict[str, list[Moment]]:
    found: dict[str, list[Moment]] = {}
    for vitals in view.all(Vitals):
        found.setdefault(vitals.visit, []).append(vitals.at)
    return found


def _reaches(view: View) -> dict[str, Moment]:
    found: dict[str, int] = {}
    for visit, at in _all_signs(view):
        found[visit] = max(found.get(visit, NEVER), at + DAY)
    return {visit: Moment(at) for visit, at in found.items()}


def _all_signs(view: View) -> Iterator[tuple[str, int]]:
    yield from ((fact.visit, fact.at) for fact in view.all(VisitOpened))
    yield from ((fact.visit, fact.at) for fact in view.all(VisitClosed))
    yield from ((fact.visit, fact.at) for fact in view.all(Vitals))
    for fees in view.all(Fees):
        yield from ((fees.visit, line.at) for line in fees.lines)


def _leaves_by_visit(view: View) -> dict[str, list[tuple[Moment, Moment]]]:
    found: dict[str, list[tuple[Moment, Moment]]] = {}
    for entry in view.all(Registered):
        if entry.kind == "leave" and entry.get("approved").lower() in ("1", "true"):
            until = entry.at if entry.until == END_OF_TIME else entry.until
            if is_date_only(until):
                until = Moment(until + DAY)
            found.setdefault(entry.id, []).append((entry.at, until))
    return found
