"""Trace codes as keys: one pack, one form, however its code was scanned or typed."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

from rules.readings.tracing import is_scanned, product_of

_SEPARATOR: Final = "\x1d"  # FNC1, which ends a GS1 element of variable length
_SYMBOLOGIES: Final = ("]d2", "]C1", "]Q3", _SEPARATOR)
_BRACKETED: Final = re.compile(r"\((\d{2,4})\)([^()]+)")
_SIX_DIGITS: Final = frozenset({"11", "12", "13", "15", "16", "17"})  # dates


@lru_cache(maxsize=65_536)
def trace_key(code: str) -> str:
    """The form in which codes of one pack are alike; the empty text for what is no pack's code.

    A GS1 string is brought to ``(01)GTIN(21)serial``, whatever else it carries; one without a
    serial number names a product or a lot, not a pack. All other codes stay as they are.

    >>> trace_key("81000010000000000017 "), trace_key("８１０００００９９９")
    ('81000010000000000017', '8100000999')
    >>> trace_key("(01)06901234567892(17)270101(21)A1"), trace_key("]d20106901234567892" + "21A1")
    ('(01)06901234567892(21)A1', '(01)06901234567892(21)A1')
    >>> trace_key("完整"), trace_key("—"), trace_key("(01)06901234567892(10)LOT7")
    ('', '', '')
    """
    written = "".join(unicodedata.normalize("NFKC", code).split(" "))
    if not is_scanned(written.strip()):
        return ""
    elements = _elements(written)
    if "01" not in elements:
        return written.strip()
    return f"(01){elements['01']}(21){elements['21']}" if "21" in elements else ""


def names_product(key: str) -> bool:
    """Whether codes of this system are unique among all makers, and not to one maker alone."""
    return bool(product_of(key))


def _elements(code: str) -> dict[str, str]:
    """The GS1 elements of a code, by application identifier; none of a code that is not GS1."""
    bracketed = dict(_BRACKETED.findall(code))
    if bracketed:
        return bracketed if product_of(code).startswith("g") else {}
    for symbology in _SYMBOLOGIES:
        code = code.removeprefix(symbology)
    national = len(code) == 20 and code.isdigit()
    if national or not product_of(code).startswith("g"):
        return {}
    elements, rest = {"01": code[2:16]}, code[16:]
    while rest:
        kind, rest = rest[:2], rest[2:]
        if kind in _SIX_DIGITS:
            elements[kind], rest = rest[:6], rest[6:]
        elif kind in ("10", "21"):
            elements[kind], _, rest = rest.partition(_SEPARATOR)
        else:
            break
    return elements
