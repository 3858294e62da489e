"""ICD-10 codes compared as rules compare them: by prefix, by category, by body system."""

from __future__ import annotations

from collections.abc import Iterable

_ELSEWHERE = (
    ("I6", "G"),  # cerebrovascular diseases: nervous system
    ("H6", "ear"),
    ("H7", "ear"),
    ("H8", "ear"),
    ("H9", "ear"),
    ("K7", "liver"),
    ("K80", "liver"),
    ("K81", "liver"),
    ("K82", "liver"),
    ("K83", "liver"),
    ("K85", "liver"),
    ("K86", "liver"),
    ("K87", "liver"),
    ("D0", "C"),
    ("D1", "C"),
    ("D2", "C"),
    ("D3", "C"),
    ("D4", "C"),
    ("S", "injury"),
    ("T", "injury"),
)
_NO_SYSTEM = frozenset("RVWXYZU")


def has_prefix(code: str, prefixes: Iterable[str]) -> bool:
    """Whether a code lies under one of the prefixes; dots do not matter.

    >>> has_prefix("Z51.102", ["Z51.1"]), has_prefix("Z511", ["Z51.1"]), has_prefix("Z50", ["Z51"])
    (True, True, False)
    """
    plain = code.replace(".", "").upper()
    return plain.startswith(tuple(prefix.replace(".", "") for prefix in prefixes))


def category(code: str) -> str:
    """The three-character category of a code, the empty text if it is none.

    >>> category("j44.100"), category("?")
    ('J44', '')
    """
    head = code.strip().upper()[:3]
    return head if len(head) == 3 and head[0].isalpha() and head[1].isdigit() else ""


def body_system(code: str) -> str:
    """A proxy of the major diagnostic category: the ICD-10 letter, corrected where CHS-DRG puts
    a block elsewhere. Symptoms and factors (R, Z …) belong to none.

    >>> body_system("I10"), body_system("I63.9"), body_system("G45"), body_system("Z51.1")
    ('I', 'G', 'G', '')
    """
    head = category(code)
    if not head or head[0] in _NO_SYSTEM:
        return ""
    for prefix, system in _ELSEWHERE:
        if head.startswith(prefix):
            return system
    return head[0]


def is_newborn(codes: Iterable[str]) -> bool:
    """Whether the patient is a newborn: conditions of the perinatal period, liveborn infants.

    >>> is_newborn(["P59.900"]), is_newborn(["O80.900"])
    (True, False)
    """
    return any(has_prefix(code, ("P", "Z38")) for code in codes)
