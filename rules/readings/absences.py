"""Ordinary reasons for which an in-patient is served by another institution."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from domain.codes import CHRONIC
from domain.facts import Line, VisitOpened
from domain.moments import day_of
from rules.readings.claims import lines_of
from rules.readings.diagnoses import has_prefix
from rules.view import View

DIALYSIS_CODES: Final = ("00311000",)  # chapter 3110 of the national service items
DIALYSIS_DIAGNOSES: Final = ("Z49",)
RENAL_FAILURE: Final = ("N18",)


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


def _opened_by_visit(view: View) -> dict[str, VisitOpened]:
    found: dict[str, VisitOpened] = {}
    for visit in view.all(VisitOpened):
        found.setdefault(visit.visit, visit)
    return found
