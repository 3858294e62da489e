"""Lines of a ward: those that are charged for lying there, and those for which somebody acted.

By the receipt's category (med_chrgitm_type); where a hospital leaves it out, by the chapter of
the national service code. What is neither (heating, registration, meals) tells nothing.
"""

from __future__ import annotations

from typing import Final

from domain.codes import BED, CONSULTATION, NURSING, REGISTRATION_FEE, STANDING_CHARGES
from domain.facts import Line

TREATMENT: Final = "05"
OTHER: Final = "14"
ACTIVE: Final = frozenset({"03", "04", "05", "06", "08", "09", "10", "11", "12"})
"""Examination, laboratory, treatment, surgery, consumables, drugs, and the general treatment fee,
which holds an injection."""

CHAPTERS: Final = {
    "1101": REGISTRATION_FEE,
    "1102": CONSULTATION,
    "1107": OTHER,  # heating
    "1108": OTHER,  # air conditioning
    "1109": BED,
    "1201": NURSING,
}
"""Chapters of the national service code that are no treatment. The code of fifteen digits has two
noughts before them, the older one of nine digits has none."""


def category_of(line: Line) -> str:
    """The receipt category, derived from the code where it is absent; unknown is treatment.

    >>> from domain.money import ZERO
    >>> from domain.moments import NEVER
    >>> bed = Line("1", NEVER, "001109000010000", ZERO, ZERO, ZERO, ZERO)
    >>> category_of(bed)
    '01'
    """
    if line.category:
        return line.category.zfill(2)
    return CHAPTERS.get(line.code.removeprefix("00")[:4], TREATMENT)


def is_night_charge(line: Line) -> bool:
    """Bed or nursing: who charges it claims that the patient spent that night there."""
    return category_of(line) in (BED, NURSING)


def is_standing_charge(line: Line) -> bool:
    """Bed, nursing or daily consultation: charged for every day, whatever was done."""
    return category_of(line) in STANDING_CHARGES


def is_act(line: Line) -> bool:
    """Somebody did something for the patient: a drug, test, treatment or operation."""
    return category_of(line) in ACTIVE
