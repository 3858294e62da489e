"""In-patients who are seen elsewhere, and the ordinary reasons for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import msgspec

from domain.codes import CHRONIC, is_inpatient
from domain.facts import Line, Registered, VisitOpened
from domain.moments import DAY, Moment, day_of
from rules.readings.claims import lines_of
from rules.readings.diagnoses import has_prefix
from rules.readings.presence import Presence, presences
from rules.readings.stays import Stay, approved_leaves
from rules.view import View

DIALYSIS_CODES: Final = ("00311000",)  # chapter 3110 of the national service items
DIALYSIS_DIAGNOSES: Final = ("Z49",)
RENAL_FAILURE: Final = ("N18",)
CUSTODY_MARGIN: Final = DAY  # absorbs being taken in or released on the same day (06-rules ID-07)


def seen_elsewhere(view: View, stay: Stay, edge_hours: int) -> Sequence[Presence]:
    """Where the patient was in the flesh when he must have been on the ward, without a reason.

    The time is between admission and discharge less the edges. Reasons are approved leave, an
    examination outside that the ward ordered, and dialysis. An admission elsewhere is left to
    HO-11, which knows the lags of registration.
    """
    since, until = stay.core(edge_hours)
    amid = [
        one
        for one in view.once(presences)
        if since < one.at < until
        and one.institution != stay.institution
        and not is_inpatient(one.med_type)
    ]
    found = [*amid, *_custody(view, since, until)]
    if not found:
        return ()
    leaves = approved_leaves(view, stay.visit)
    sent_out = days_sent_out(lines_of(view, stay.visit))
    return [
        one
        for one in sorted(found, key=lambda one: (one.at, one.ref))
        if day_of(one.at) not in sent_out
        and not any(begin <= one.at <= end for begin, end in leaves)
        and not is_outside_exam(view, one.visit)
        and not is_dialysis(view, one.visit)
    ]


def _custody(view: View, since: int, until: int) -> Iterator[Presence]:
    """Registered custody that covers more than a day of that time."""
    for entry in view.all(Registered):
        if entry.kind == "custody":
            begin, end = max(entry.at, since), min(entry.until, until)
            if end - begin > CUSTODY_MARGIN:
                yield msgspec.structs.replace(_IN_CUSTODY, ref=entry.ref, at=Moment(begin))


def is_dialysis(view: View, visit: str) -> bool:
    """Whether an outpatient visit is for dialysis, which centres outside the hospital give.

    By its lines, by its diagnosis, or as a chronic-disease visit for renal failure.
    """
    if any(line.code.startswith(DIALYSIS_CODES) for line in lines_of(view, visit)):
        return True
    opened = view.once(_opened_by_visit).get(visit)
    if opened is None:
        return False
    if any(has_prefix(code, DIALYSIS_DIAGNOSES) for code in opened.diagnoses):
        return True
    chronic = opened.med_type.startswith(CHRONIC)
    return chronic and any(has_prefix(code, RENAL_FAILURE) for code in opened.diagnoses)


def days_sent_out(lines: Iterable[Line]) -> set[int]:
    """Natural days on which the hospital had the patient examined elsewhere (外检, etip_flag)."""
    return {day_of(line.at) for line in lines if line.outside_exam}


def is_outside_exam(view: View, visit: str) -> bool:
    """Whether the visit itself is such an examination."""
    return any(line.outside_exam for line in lines_of(view, visit))


_IN_CUSTODY: Final = Presence(
    ref="",
    at=Moment(0),
    institution="",
    name="羁押场所（登记）",
    point=None,
    visit="",
    settlement="",
    credential="",
    terminal="",
    med_type="",
)


def _opened_by_visit(view: View) -> dict[str, VisitOpened]:
    found: dict[str, VisitOpened] = {}
    for visit in view.all(VisitOpened):
        found.setdefault(visit.visit, visit)
    return found
