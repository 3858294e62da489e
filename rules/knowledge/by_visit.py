"""Executors of limits on the visit: insurance, setting, level of the institution, channel."""

from __future__ import annotations

from typing import Final, Protocol

from domain.codes import EMERGENCY, MATERNITY, PHARMACY_TYPE, is_inpatient
from domain.moments import DAY
from rules.knowledge.case import Breach, Case, in_full
from rules.knowledge.constraints import CareLimit, InsuranceLimit, LevelLimit, OnlineBan
from rules.knowledge.words import EMERGENCY_ROOM, INPATIENT, MATERNITY_INSURANCE, level_name
from rules.readings.diagnoses import has_prefix
from rules.view import View

_MATERNITY_TYPE: Final = "510"
_HEALTH_TYPES: Final = frozenset(
    {"310", "320", "330", "340", "350", "360", "370", "380", "390", "391", "392", "399"}
)
"""Insurances that certainly are neither work injury nor maternity; others are not judged, among
them 410, which is long-term care in one national list and work injury in another."""
_OUTPATIENT_TYPES: Final = frozenset({"11", "12", "13", "14", "15", "16", "41", "51", "81", "99"})
_PREGNANCY: Final = ("O", "Z32", "Z33", "Z34", "Z35", "Z36", "Z37", "Z39")


class LooksBack(Protocol):
    @property
    def lookback_days(self) -> int: ...


def insurance_breach(case: Case, _: object) -> Breach | None:
    """A drug of another insurance. The maternity insurance pays through the health insurance
    where the two were merged, so a maternity visit or a pregnancy satisfies its limit."""
    limit, encounter = case.constraint, case.encounter
    if not isinstance(limit, InsuranceLimit):
        return None
    if limit.insurance == MATERNITY_INSURANCE:
        pregnant = any(has_prefix(code, _PREGNANCY) for code in encounter.diagnoses)
        wrong = encounter.insurance in _HEALTH_TYPES and not (
            pregnant or encounter.med_type[:2] in MATERNITY
        )
    else:
        wrong = encounter.insurance in _HEALTH_TYPES | {_MATERNITY_TYPE}
    if not wrong:
        return None
    return Breach(
        accused=in_full(case.paid),
        said=f"限{limit.insurance}保险支付，而本次结算险种为{encounter.insurance}",
        would_pass=f"若由{limit.insurance}保险支付或转自费，则不提示。",
        about_visit={"险种": encounter.insurance, "医疗类别": encounter.med_type},
    )


def care_breach(case: Case, _: object) -> Breach | None:
    """A drug outside the settings it is paid for in; a setting not known is not judged."""
    limit, med_type = case.constraint, case.encounter.med_type
    if not isinstance(limit, CareLimit) or is_inpatient(med_type):
        return None
    allowed = EMERGENCY_ROOM in limit.settings and med_type[:2] == EMERGENCY
    if allowed or INPATIENT not in limit.settings or med_type[:2] not in _OUTPATIENT_TYPES:
        return None
    settings = "或".join(limit.settings)
    return Breach(
        accused=in_full(case.paid),
        said=f"限{settings}使用，而本次医疗类别为{med_type}（非{settings}）",
        would_pass=f"若为{settings}患者使用或转自费，则不提示。",
        about_visit={"医疗类别": med_type},
    )


def level_breach(case: Case, p: LooksBack) -> Breach | None:
    """A drug at an institution below the level; pharmacies dispense what hospitals prescribed."""
    limit = case.constraint
    if not isinstance(limit, LevelLimit):
        return None
    level = _level_of(case.view, case.encounter.institution, case.encounter.begin)
    if level is None or level >= limit.least or (limit.first_only and _used_before(case, p)):
        return None
    return Breach(
        accused=in_full(case.paid),
        said=(
            f"{'首次开药' if limit.first_only else ''}限{level_name(limit.least)}及以上医疗机构，"
            f"而本机构为{level_name(level)}"
        ),
        would_pass=f"若在{level_name(limit.least)}及以上医疗机构使用或转自费，则不提示。",
        about_visit={"机构级别": level_name(level)},
    )


def _level_of(view: View, institution: str, at: int) -> int | None:
    """3, 2 or 1 by hosp_lv; None for a pharmacy, and where the register does not say."""
    entry = view.registers.at("institution", institution, at)
    if entry is None or entry.get("fixmedins_type") == PHARMACY_TYPE:
        return None
    written = entry.get("hosp_lv")
    if not written.isdigit() or not 1 <= int(written) <= 10:
        return None
    grade = int(written)
    return 3 if grade <= 4 else 2 if grade <= 7 else 1


def _used_before(case: Case, p: LooksBack) -> bool:
    since = case.encounter.begin - p.lookback_days * DAY
    return any(
        charge.visit != case.encounter.visit and since <= charge.line.at < case.paid[0].line.at
        for charge in case.charges.of_codes(case.point.codes)
    )


def online_breach(case: Case, _: object) -> Breach | None:
    """A narcotic or psychotropic drug out of an online visit."""
    if not isinstance(case.constraint, OnlineBan) or not case.encounter.online:
        return None
    return Breach(
        accused=in_full(case.paid),
        said="属麻醉药品、精神药品，互联网诊疗不得开具，而本次就诊为线上就诊",
        would_pass="若由医师在线下接诊后开具，则不提示。",
        about_visit={"就诊渠道": "互联网"},
    )
