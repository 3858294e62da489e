"""Alerts as the worker would send them: four rules, with the texts a reviewer really reads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from api.intake import AlertRecord
from domain.alerts import OPEN, WITHDRAWN, Alert, AlertEvidence, AlertLine, Window, encode
from domain.alerts import alert_id as id_of

_COMMON: dict[str, Any] = {
    "rule_version": "1",
    "knowledge_version": "2025.2",
    "state": OPEN,
    "practitioner": "",
    "kp_ids": (),
    "parameters": {},
    "score": None,
    "contributions": {},
    "hit_count": 1,
    "lines": (),
    "window": None,
}


def impossible_travel(number: int = 1, **changes: Any) -> Alert:
    """ID-02: seen in Zhoushan at 09:02 and in Lu'an at 09:40."""
    return _alert(
        "ID-02",
        number,
        {
            "name": "异地同时就医(不可能行程)",
            "name_en": "Impossible travel",
            "phase": "post",
            "severity": 4,
            "status": "疑点",
            "action": "Q2",
            "fixmedins_code": "P34150200482",
            "amount": "268.40",
            "amount_counted": "268.40",
            "amount_formula": "M6",
            "legal_basis": ("TL-15", "TL-40(1)", "TL-41"),
            "case_cause_no": ("20", "27", "31"),
            "occurred_at": "2026-03-01T09:40:00+08:00",
            "window": Window(since="2026-03-01T09:02:00+08:00", until="2026-03-01T09:40:00+08:00"),
            "evidence": (
                AlertEvidence(
                    event_id=f"setl-330900-{number:06d}",
                    summary="前次到场",
                    values={
                        "时间": "2026-03-01 09:02",
                        "机构": "舟山仁和药店",
                        "终端": "POS-3309-07",
                        "凭证": "03",
                        "距离km": "587",
                        "间隔分钟": "38",
                    },
                ),
                AlertEvidence(
                    event_id=f"setl-341502-{number:06d}",
                    summary="本次到场",
                    values={
                        "时间": "2026-03-01 09:40",
                        "机构": "六安百姓大药房",
                        "终端": "POS-3415-22",
                        "凭证": "03",
                        "距离km": "587",
                        "间隔分钟": "38",
                    },
                ),
            ),
            "parameters": {
                "road_kmh": "120",
                "rail_kmh": "250",
                "min_km": "30",
                "slack_minutes": "45",
                "window_hours": "24",
            },
            "explanation": "参保人2026-03-01 09:02在舟山仁和药店、2026-03-01 09:40在六安百姓大药房"
            "就医购药，两地相距587公里，间隔38分钟，而至少需要186分钟，行程不可能。",
            "counterfactual": "若两次间隔不少于186分钟，或其中一次为线上就诊，则不提示。",
        },
        changes,
    )


def empty_swipe(number: int = 1, **changes: Any) -> Alert:
    """PS-01: settled drugs that were never sold."""
    return _alert(
        "PS-01",
        number,
        {
            "name": "空刷(无真实销售)",
            "name_en": "Empty swipe",
            "phase": "post",
            "severity": 4,
            "status": "疑点",
            "action": "Q2",
            "fixmedins_code": "P34010400117",
            "amount": "1986.00",
            "amount_counted": "1986.00",
            "amount_formula": "M1",
            "legal_basis": ("TL-40(3)", "TL-40(1)"),
            "case_cause_no": ("24", "20", "22"),
            "occurred_at": "2026-03-02T18:21:00+08:00",
            "lines": (
                AlertLine(
                    feedetl_sn=f"{number}-1",
                    med_list_codg="XC10AAA010A001020104321",
                    amount="1188.00",
                ),
                AlertLine(
                    feedetl_sn=f"{number}-2", med_list_codg="ZA09CAF0225010101422", amount="798.00"
                ),
            ),
            "window": Window(since="2026-03-02T18:21:00+08:00", until="2026-03-05T18:21:00+08:00"),
            "evidence": (
                AlertEvidence(
                    event_id=f"setl-340104-{number:06d}",
                    summary="结算两种药品，无销售出库记录",
                    values={"时间": "2026-03-02 18:21", "结算数量": "10", "出库数量": "0"},
                ),
                AlertEvidence(
                    event_id=f"inv-340104-{number:06d}",
                    summary="结算时账面库存",
                    values={"时间": "2026-03-02 08:00", "账面库存": "0"},
                ),
            ),
            "parameters": {"join_wait_hours": "72", "qty_tol": "0", "inst_rate": "0.05"},
            "explanation": "该笔结算的2种药品在72小时内没有任何销售出库记录，"
            "且结算时账面库存为0，涉及金额1986.00元。",
            "counterfactual": "若72小时内上传了数量相符的销售出库(3505)，则不提示。",
        },
        changes,
    )


def phantom_stay(number: int = 1, **changes: Any) -> Alert:
    """HO-01: four idle days in bed, and a purchase in another city meanwhile."""
    return _alert(
        "HO-01",
        number,
        {
            "name": "挂床住院",
            "name_en": "Phantom hospitalisation",
            "phase": "in",
            "severity": 5,
            "status": "疑点",
            "action": "Q2",
            "fixmedins_code": "H34010400096",
            "practitioner": "D340104004417",
            "amount": "12480.50",
            "amount_counted": "12480.50",
            "amount_formula": "M8",
            "legal_basis": ("TL-38(1)", "TL-40(3)"),
            "case_cause_no": ("11", "24"),
            "occurred_at": "2026-03-06T02:00:00+08:00",
            "window": Window(since="2026-03-01T10:15:00+08:00", until="2026-03-06T02:00:00+08:00"),
            "evidence": (
                AlertEvidence(
                    event_id=f"visit-{number:06d}",
                    summary="入院",
                    values={"时间": "2026-03-01 10:15", "床位": "7-12"},
                ),
                AlertEvidence(
                    event_id=f"setl-341502-{number:06d}",
                    summary="住院期间在外地购药",
                    values={"时间": "2026-03-03 15:30", "机构": "六安百姓大药房", "凭证": "03"},
                ),
                AlertEvidence(
                    event_id=f"fees-{number:06d}",
                    summary="连续4日只有床位费和护理费",
                    values={"起": "2026-03-02", "止": "2026-03-05", "日费用": "3120.13"},
                ),
            ),
            "parameters": {"idle_days": "3", "min_los": "3"},
            "explanation": "住院第2至5日连续4天只收床位费和护理费，无治疗、无体征记录，"
            "且第3日持卡在六安购药，挂床住院。",
            "counterfactual": "若期间有治疗或体征记录，或离院经批准且当日未收床位费，则不提示。",
        },
        changes,
    )


def daily_goods(number: int = 1, **changes: Any) -> Alert:
    """SW-04: daily goods sold, drugs settled."""
    return _alert(
        "SW-04",
        number,
        {
            "name": "生活用品/保健品串换(药店)",
            "name_en": "Daily goods settled as drugs",
            "phase": "post",
            "severity": 3,
            "status": "线索",
            "action": "Q1",
            "fixmedins_code": "P34012300231",
            "amount": "600.00",
            "amount_counted": "350.00",
            "amount_formula": "M1",
            "legal_basis": ("TL-38(4)", "TL-40"),
            "case_cause_no": ("14", "20"),
            "occurred_at": "2026-02-27T11:05:00+08:00",
            "lines": (
                AlertLine(
                    feedetl_sn=f"{number}-1",
                    med_list_codg="XA11GAW014A001010100001",
                    amount="350.00",
                ),
                AlertLine(
                    feedetl_sn=f"{number}-2",
                    med_list_codg="ZA04BAA0137010102210",
                    amount="250.00",
                    counted_in=id_of("PS-01", "institution", "P34012300231", "x"),
                ),
            ),
            "evidence": (
                AlertEvidence(
                    event_id=f"inv-340123-{number:06d}",
                    summary="零售单据为食用油和洗衣液",
                    values={"单据号": f"RT{number:08d}", "条码": "6901234567892"},
                ),
            ),
            "parameters": {"round_amount_share": "0.5", "support_z": "4"},
            "explanation": "零售单据所列为食用油、洗衣液，结算却为2种药品，"
            "金额600.00元，与销售不符。",
            "counterfactual": "若零售单据与结算药品一致，则不提示。",
        },
        changes,
    )


def notice(number: int = 1, **changes: Any) -> Alert:
    """A model's notice of the lowest interest: severity 2, with a score."""
    return daily_goods(
        number,
        **{
            "rule_id": "AN-01",
            "name": "结算金额异常(模型)",
            "name_en": "Unusual settlement (model)",
            "severity": 2,
            "score": 0.93,
            "contributions": {"金额": "0.71", "时段": "0.22"},
            "lines": (),
            "alert_id": id_of("AN-01", "person", f"p{number}", str(number)),
            **changes,
        },
    )


def withdrawn(alert: Alert, by: str) -> Alert:
    return msgspec.structs.replace(alert, state=WITHDRAWN, withdrawn_by=by)


def records(
    alerts: Sequence[Alert], partition: str = "alerts-0", first: int = 0
) -> list[AlertRecord]:
    """Alerts as a partition holds them."""
    return [
        AlertRecord(partition, first + index, alert.alert_id, encode(alert))
        for index, alert in enumerate(alerts)
    ]


def _alert(rule: str, number: int, fields: dict[str, Any], changes: dict[str, Any]) -> Alert:
    own = {
        "alert_id": id_of(rule, "person", f"p{number}", str(number)),
        "rule_id": rule,
        "psn_no": f"p{number:024x}",
        "mdtrt_id": f"M{number:08d}",
        "setl_id": f"S{number:08d}",
        "dedup_key": f"{rule}:{number}",
    }
    return Alert(**{**_COMMON, **own, **fields, **changes})
