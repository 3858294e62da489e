"""National code lists that rules share (domain/05 §5.3). Codes are text of any length."""

from __future__ import annotations

from typing import Final

OUTPATIENT: Final = "11"
REGISTRATION: Final = "12"
EMERGENCY: Final = "13"
CHRONIC: Final = "14"
PHARMACY: Final = "41"
DAY_SURGERY: Final = "28"
EMERGENCY_ADMISSION: Final = "24"
PER_DIEM: Final = "2105"
PALLIATIVE: Final = "2114"
MATERNITY: Final = frozenset({"51", "52"})

_INPATIENT: Final = frozenset({"21", "22", "23", "24", "25", "26", "27", "28", "52"})

# med_chrgitm_type: the categories of the medical receipt
BED: Final = "01"
CONSULTATION: Final = "02"
EXAMINATION: Final = "03"
LABORATORY: Final = "04"
NURSING: Final = "07"
GENERAL_TREATMENT: Final = "12"
REGISTRATION_FEE: Final = "13"
STANDING_CHARGES: Final = frozenset({BED, CONSULTATION, NURSING})

DISCHARGED_BY_ORDER: Final = "1"
TRANSFERRED: Final = frozenset({"2", "3"})
LEFT_AGAINST_ADVICE: Final = "4"
DIED: Final = "5"

DRUG_LISTS: Final = frozenset({"101", "102", "103", "104"})
SERVICE_LIST: Final = "201"
CONSUMABLE_LIST: Final = "301"

MALE: Final = "1"
FEMALE: Final = "2"

E_CREDENTIAL: Final = "01"
CARD: Final = "03"

HOSPITAL_TYPE: Final = "1"
PHARMACY_TYPE: Final = "2"

# infno of stock movements (3501-3506)
STOCK_COUNT: Final = "3501"
STOCK_CHANGE: Final = "3502"
PURCHASE: Final = "3503"
PURCHASE_RETURN: Final = "3504"
SALE: Final = "3505"
SALE_RETURN: Final = "3506"


def is_inpatient(med_type: str) -> bool:
    """Whether a med_type is a stay; local subtypes share the national two-digit stem.

    >>> is_inpatient("21"), is_inpatient("2105"), is_inpatient("11"), is_inpatient("140104")
    (True, True, False, False)
    """
    return med_type[:2] in _INPATIENT


def is_drug(code: str, list_type: str = "") -> bool:
    """Whether a line is a drug: by its list type, else by the national code's first letter.

    >>> is_drug("XA02BCA001A001010100001"), is_drug("001101000010000"), is_drug("", "101")
    (True, False, True)
    """
    if list_type:
        return list_type in DRUG_LISTS
    return len(code) >= 10 and code[0] in "XZT" and code[1].isalpha()


def is_service(code: str, list_type: str = "") -> bool:
    """Whether a line is a service: by its list type, else by a national code all of digits.

    >>> is_service("001101000010000"), is_service("XA02BCA001A001010100001"), is_service("", "201")
    (True, False, True)
    """
    return list_type == SERVICE_LIST if list_type else len(code) == 15 and code.isdigit()
