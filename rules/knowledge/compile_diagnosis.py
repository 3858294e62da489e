"""From an indication to diagnoses: every alternative of the text must be understood.

An alternative whose disease no table knows would make an honest doctor an offender, so a text
with one is refused as a whole.
"""

from __future__ import annotations

import re
from typing import Final

from rules.knowledge.constraints import DiagnosisLimit
from rules.knowledge.indications import Term, terms
from rules.knowledge.raw import RawPoint, Uncompilable

_CONTINUES: Final = re.compile(r"^(?:与|可与|联合)[^；]*(?:联合|抑制剂)")


def diagnosis_limit(raw: RawPoint) -> DiagnosisLimit:
    """The diseases a drug is paid for.

    A heading with a disease in it (``限…患者：1.…``) stands for all the alternatives under it.

    >>> text = "限：1.肝细胞癌二线治疗；2.转移性结直肠癌三线治疗。"
    >>> raw = RawPoint(id="1", rule_class="药品限适应症", name="", codes=(), constraint=text)
    >>> diagnosis_limit(raw).terms
    ('肝细胞癌', '结直肠癌')
    """
    heading, alternatives = clauses(raw.constraint)
    found = _known(heading)
    headed = bool(found)
    for number, clause in enumerate(alternatives):
        known = _known(clause)
        if not (known or headed or (number and _CONTINUES.search(clause))):
            raise Uncompilable(f"适应症不认识: {clause[:80]}")
        found |= known
    if not found:
        raise Uncompilable("没有适应症文字")
    return DiagnosisLimit(
        terms=tuple(found),
        codes=_shortest({code for term in found.values() for code in term.codes}),
        unless_care=tuple(sorted({care for term in found.values() for care in term.unless_care})),
        unless_maternity=any(term.unless_maternity for term in found.values()),
    )


def _known(clause: str) -> dict[str, Term]:
    """The words of a clause that name a disease, as the clause writes them."""
    return {
        match[0].removeprefix("限"): term
        for term in terms()
        if (match := term.pattern.search(clause))
    }


def clauses(text: str) -> tuple[str, list[str]]:
    """The heading and the alternatives: numbered ones, else what semicolons part.

    >>> clauses("限：1.1月龄及以上的实体瘤；2. 肺癌。")
    ('限', ['1月龄及以上的实体瘤；', '肺癌。'])
    """
    marks: list[tuple[int, int]] = []
    while found := re.compile(rf"(?:^|[：:；;。，\s]){len(marks) + 1}\.\s*").search(
        text, marks[-1][1] if marks else 0
    ):
        marks.append((found.start(), found.end()))
    if not marks:
        heading, colon, rest = text.partition("：")
        parts = re.split("[；;]", rest if colon else text)
        return heading if colon else "", [part.strip() for part in parts if part.strip()]
    ends = [start + 1 for start, _ in marks[1:]] + [len(text)]
    return text[: marks[0][0]], [
        text[begin:end].strip() for (_, begin), end in zip(marks, ends, strict=True)
    ]


def _shortest(codes: set[str]) -> tuple[str, ...]:
    """The prefixes without those that a shorter one covers."""
    kept: list[str] = []
    for code in sorted(codes):
        if not kept or not code.startswith(kept[-1]):
            kept.append(code)
    return tuple(kept)
