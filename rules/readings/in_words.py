"""What findings have in common to say, written alike: periods, credentials, drugs, distances."""

from __future__ import annotations

from collections.abc import Iterable
from math import isinf
from typing import Final

from domain.codes import CARD, E_CREDENTIAL
from domain.facts import Line
from domain.moments import HOUR, MINUTE, text_of
from domain.money import ZERO, plain, yuan
from rules.readings.catalogue import name_of_item
from rules.readings.inventory import drug_name
from rules.readings.stays import Stay
from rules.view import Registers

NAMED: Final = 3  # drugs named in a sentence; the evidence lists all
LISTED: Final = 15  # drugs of one settlement shown as evidence
_CREDENTIALS: Final = {E_CREDENTIAL: "电子凭证", "02": "身份证", CARD: "社保卡"}


def credential_name(code: str) -> str:
    """A kind of credential (mdtrt_cert_type) by its name, an unknown one by its code.

    >>> credential_name("03"), credential_name("99"), credential_name("")
    ('社保卡', '99', '')
    """
    return _CREDENTIALS.get(code, code)


def period_of(stay: Stay) -> str:
    """From admission to discharge, or to this day where no discharge is known."""
    return f"{text_of(stay.begin)}至{text_of(stay.until) if stay.closed else '今（未出院）'}"


def month_name(month: str) -> str:
    """A month ``yyyy-MM`` as it is said.

    >>> month_name("2026-05")
    '2026年5月'
    """
    return f"{month[:4]}年{int(month[5:])}月"


def duration(seconds: int) -> str:
    """A span of time in the largest unit that does not hide it.

    >>> duration(40), duration(900), duration(47 * 3600 + 60)
    ('40秒', '15分钟', '47小时')
    """
    if seconds < 2 * MINUTE:
        return f"{seconds}秒"
    return f"{seconds // MINUTE}分钟" if seconds < 2 * HOUR else f"{seconds // HOUR}小时"


def distance_from_peers(z: float) -> str:
    """How far from its peers somebody is.

    >>> distance_from_peers(3.14), distance_from_peers(float("inf"))
    ('稳健z值3.1', '其余同类一致，无离散')
    """
    return "其余同类一致，无离散" if isinf(z) else f"稳健z值{z:.1f}"


def drugs_named(registers: Registers, codes: Iterable[str], at: int) -> str:
    """The first drugs by name and how many there are; codes are left to the evidence."""
    names = list(dict.fromkeys(name_of_item(registers, code, at) for code in codes))
    more = f"等{len(names)}种药品" if len(names) > NAMED else ""
    return "、".join(names[:NAMED]) + more


def settled_drugs(registers: Registers, lines: Iterable[Line], note: str = "") -> dict[str, str]:
    """Each drug of these lines with what was settled of it, as evidence."""
    by_drug: dict[str, list[Line]] = {}
    for line in lines:
        by_drug.setdefault(drug_name(registers, line.code, line.at), []).append(line)
    return {
        drug: (
            f"结算{plain(sum((line.quantity for line in charged), ZERO))}，"
            f"金额{yuan(sum((line.amount for line in charged), ZERO))}元{note}"
        )
        for drug, charged in list(by_drug.items())[:LISTED]
    }
