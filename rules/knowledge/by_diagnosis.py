"""Executor of indications: no diagnosis that can be what the text means."""

from __future__ import annotations

import re
from typing import Final, Protocol

from domain.codes import CHRONIC, EMERGENCY, MATERNITY, is_inpatient
from domain.facts import Registered
from rules.knowledge.case import Breach, Case, in_full
from rules.knowledge.constraints import DiagnosisLimit
from rules.knowledge.words import EMERGENCY_ROOM, INPATIENT
from rules.readings.diagnoses import has_prefix

_ICD: Final = re.compile(r"[A-Z]\d\d\.?[\dx]*[+*†]?", re.IGNORECASE)  # one dot, unlike 中医病证
_SPECIAL_DRUGS: Final = "15"  # 特药: the drug was approved for the patient beforehand
_APPROVED: Final = "1"  # hosp_appr_flag: the hospital's insurance office approved the use
_CARDS: Final = frozenset({"eligibility", "filing"})


class LooksBack(Protocol):
    @property
    def lookback_days(self) -> int: ...


def diagnosis_breach(case: Case, p: LooksBack) -> Breach | None:
    """A drug without its indication.

    Silent where nothing certain can be said: no disease on the visit, a diagnosis in another
    coding (Chinese medicine, local), a chronic card in a coding of its own.
    """
    limit = case.constraint
    if not isinstance(limit, DiagnosisLimit) or _excused(case, limit):
        return None
    unapproved = [charge for charge in case.paid if charge.line.approved != _APPROVED]
    own = case.encounter.diagnoses
    if not unapproved or not _is_informative(own):
        return None
    cards = _card_diseases(case)
    if case.encounter.med_type[:2] == CHRONIC and not all(map(_ICD.fullmatch, cards)):
        return None
    known = case.diagnoses(p.lookback_days) | set(cards)
    if any(has_prefix(code, limit.codes) for code in known):
        return None
    wanted = "、".join(limit.terms)
    return Breach(
        accused=in_full(unapproved),
        said=f"限{wanted[:80]}，而本次就诊诊断为{'、'.join(own[:6])}，本次及此前{p.lookback_days}天均无相符诊断",
        would_pass="若有相符的疾病诊断，或经医院审批（hosp_appr_flag=1），或转自费，则不提示。",
        about_visit={"诊断": "、".join(own[:10])},
    )


def _excused(case: Case, limit: DiagnosisLimit) -> bool:
    med_type, insurance = case.encounter.med_type, case.encounter.insurance
    return (
        med_type.startswith(_SPECIAL_DRUGS)
        or (INPATIENT in limit.unless_care and is_inpatient(med_type))
        or (EMERGENCY_ROOM in limit.unless_care and med_type[:2] == EMERGENCY)
        or (limit.unless_maternity and (insurance == "510" or med_type[:2] in MATERNITY))
    )


def _is_informative(own: tuple[str, ...]) -> bool:
    """Whether the visit names a disease, all in ICD-10. Encounter factors (Z) name none."""
    return all(map(_ICD.fullmatch, own)) and any(not has_prefix(code, ("Z",)) for code in own)


def _card_diseases(case: Case) -> tuple[str, ...]:
    """Diseases of chronic cards and filings in force (``dise_codg``), whatever their coding."""
    at = case.encounter.begin
    return tuple(
        entry.get("dise_codg")
        for entry in case.view.all(Registered)
        if entry.kind in _CARDS and entry.at <= at < entry.until and entry.get("dise_codg")
    )
