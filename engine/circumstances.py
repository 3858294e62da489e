"""Circumstances: what the common exclusions (06-rules §6.2) turn on, found where the facts are.

The arbiter sees findings, not facts; so each finding carries with it the circumstances of its
visit, settlement and institution that can excuse it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from domain.codes import DAY_SURGERY, EMERGENCY, EMERGENCY_ADMISSION
from domain.facts import Settled, VisitOpened
from domain.findings import Finding
from rules.view import View

DAY_CARE: Final = "日间手术"
NEWBORN: Final = "新生儿随母"
EMERGENCY_CARE: Final = "急诊"
COLLECTED_FOR: Final = "代取药"
OUTAGE: Final = "机构停机"
POLICY: Final = "特殊政策期"


def circumstances(view: View, finding: Finding) -> Iterator[str]:
    """The circumstances that hold for what the finding accuses."""
    for visit in view.all(VisitOpened):
        if finding.visit and visit.visit == finding.visit:
            yield from _of_med_type(visit.med_type)
            if visit.newborn:
                yield NEWBORN
    for claim in view.all(Settled):
        if finding.settlement and claim.settlement == finding.settlement:
            yield from _of_med_type(claim.med_type)
            if claim.newborn:
                yield NEWBORN
            if claim.payer and claim.payer != claim.person:
                yield COLLECTED_FOR
    if view.registers.all_at("outage", finding.institution, finding.at):
        yield OUTAGE
    if view.registers.all_at("policy_period", finding.institution, finding.at):
        yield POLICY


def _of_med_type(med_type: str) -> Iterator[str]:
    if med_type.startswith(DAY_SURGERY):
        yield DAY_CARE
    if med_type[:2] in (EMERGENCY, EMERGENCY_ADMISSION):
        yield EMERGENCY_CARE
