"""Words of published indications, and the ICD-10 categories any of which may stand for them.

Data, in files by field of medicine; this one reads them. Categories are wide on purpose. A
doctor is accused only where no diagnosis can be what the text means, so a word covers the
disease, its unspecified neighbours, and what it is commonly coded under.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from rules.knowledge.indications_internal import INTERNAL
from rules.knowledge.indications_oncology import ONCOLOGY
from rules.knowledge.indications_specialties import SPECIALTIES
from rules.knowledge.words import EMERGENCY_ROOM, INPATIENT, MATERNITY_INSURANCE

_CARE = {INPATIENT, EMERGENCY_ROOM}


@dataclass(frozen=True, slots=True)
class Term:
    """One word (a regular expression) and what satisfies it."""

    pattern: re.Pattern[str]
    codes: tuple[str, ...]
    unless_care: tuple[str, ...]
    unless_maternity: bool


@cache
def terms() -> tuple[Term, ...]:
    """All words, each once.

    >>> next(term.codes for term in terms() if term.pattern.search("限痛风伴高尿酸血症患者。"))
    ('M10', 'E79')
    """
    return tuple(_read({**ONCOLOGY, **INTERNAL, **SPECIALTIES}))


def _read(table: Mapping[str, str]) -> Iterator[Term]:
    for words, spec in table.items():
        parts = spec.split()
        yield Term(
            pattern=re.compile(words),
            codes=tuple(code for part in parts if part.isascii() for code in expand(part)),
            unless_care=tuple(part for part in parts if part in _CARE),
            unless_maternity=MATERNITY_INSURANCE in parts,
        )


def expand(part: str) -> Iterator[str]:
    """The prefixes of a category or a range of categories.

    >>> list(expand("K70-K72")), list(expand("E11.5"))
    (['K70', 'K71', 'K72'], ['E11.5'])
    """
    first, _, last = part.partition("-")
    if not last:
        yield first
        return
    if first[0] != last[0]:
        raise ValueError(f"range across chapters: {part}")
    for number in range(int(first[1:]), int(last[1:]) + 1):
        yield f"{first[0]}{number:02d}"
