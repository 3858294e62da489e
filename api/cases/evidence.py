"""Evidence as it is handed in: a reference with its digest, a text, or a small file."""

from __future__ import annotations

import re
from typing import Final, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from api.cases.actions import Exhibit, digest
from api.store.tables import CaseEvidence

LARGEST_FILE: Final = 5 * 1024 * 1024
_SHA256: Final = re.compile(r"[0-9a-f]{64}")

# The eight types of evidence (procedure rules, art. 19).
EvidenceKind = Literal[
    "documentary",
    "physical",
    "audiovisual",
    "electronic",
    "testimony",
    "statement",
    "expert",
    "inspection",
]


class BadEvidence(ValueError):
    """Neither a file nor a text nor a digest, or a digest that is not its content's."""


class EvidenceNotFound(LookupError):
    """No such evidence in this case."""


def exhibit(
    kind: EvidenceKind,
    reference: str,
    summary: str,
    *,
    sha256: str | None,
    content: bytes | None,
) -> Exhibit:
    """Evidence that can be proved unchanged later: its digest is known now.

    What the store keeps is digested here; what stays elsewhere must come with its digest. When
    both are given they must agree.
    """
    if content is not None and len(content) > LARGEST_FILE:
        raise BadEvidence(f"文件超过 {LARGEST_FILE // 1024 // 1024} MB")
    given = sha256.lower() if sha256 else None
    if given is not None and not _SHA256.fullmatch(given):
        raise BadEvidence("sha256 应为 64 位十六进制")
    if content is None and given is None:
        raise BadEvidence("须有文件、文字或 sha256")
    actual = digest(content) if content is not None else given
    if actual is None or (given is not None and actual != given):
        raise BadEvidence("sha256 与内容不符")
    return Exhibit(kind, reference, summary, actual, content)


def read_content(session: Session, case_id: str, evidence_id: str) -> CaseEvidence:
    """A piece of evidence with its bytes."""
    row = session.scalar(
        select(CaseEvidence)
        .where(CaseEvidence.case_id == case_id, CaseEvidence.evidence_id == evidence_id)
        .options(undefer(CaseEvidence.content))
    )
    if row is None or row.content is None:
        raise EvidenceNotFound(evidence_id)
    return row
