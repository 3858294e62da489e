"""The docket: all findings about one person (or one institution), where they are arbitrated."""

from __future__ import annotations

from typing import Final

from domain.findings import Filed, Finding
from domain.moments import DAY
from rules.subjects.subject import Subject

DOCKET: Final = "docket"

SUBJECT = Subject(name=DOCKET, description="疑点卷", keeps={Filed: 730 * DAY})


def docket_of(finding: Finding) -> str:
    """Where a finding is arbitrated: with all others about its person, else its institution."""
    if finding.person:
        return f"person:{finding.person}"
    return f"institution:{finding.institution}"
