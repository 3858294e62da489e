"""What drug trace codes say: whether something was scanned, and which product it was.

Three systems of codes are in use (domain/09). The first seven of 20 digits (码上放心) and the GTIN
of a GS1 code name the product; from a manufacturer's own numbers it cannot be read, and then
nothing is concluded. An identity is written ``p8123456`` or ``g06901234567892``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from rules.view import Registers

SHORTEST: Final = 10  # digits
LONGEST: Final = 100  # characters
_NO_DIGIT: Final = re.compile(r"\D")
_NATIONAL: Final = re.compile(r"8\d{19}")
_BRACKETED: Final = re.compile(r"\(01\)(\d{14})")
_PLAIN: Final = re.compile(r"(?:\]d2|\]C1|\x1d)?01(\d{14})(?:10|11|17|21)")


def is_scanned(code: str) -> bool:
    """Whether this is a trace code at all, and no placeholder for one.

    >>> is_scanned("81000010000000000017"), is_scanned("完整"), is_scanned("0000000000000")
    (True, False, False)
    """
    digits = _NO_DIGIT.sub("", code)
    alike = digits.count(digits[:1])
    return len(code) <= LONGEST and len(digits) >= SHORTEST and alike < len(digits)


def product_of(code: str) -> str:
    """The product a trace code names; the empty text when that cannot be read.

    >>> product_of("81000010000000000017"), product_of("(01)06901234567892(21)A1")
    ('p8100001', 'g06901234567892')
    >>> product_of("7654321001234"), product_of("0106901234567893" + "21A1")
    ('', '')
    """
    if _NATIONAL.fullmatch(code):
        return f"p{code[:7]}"
    found = _BRACKETED.match(code) or _PLAIN.match(code)
    return f"g{found[1]}" if found and _is_gtin(found[1]) else ""


def products_of(codes: Iterable[str]) -> set[str]:
    return {product for code in codes if (product := product_of(code))}


def product_of_barcode(barcode: str) -> str:
    """The product that a barcode of 8 to 14 digits names."""
    gtin = barcode.rjust(14, "0")
    return f"g{gtin}" if barcode.isdigit() and len(barcode) >= 8 and _is_gtin(gtin) else ""


def registered_products(registers: Registers, code: str, at: int) -> set[str]:
    """The identities under which the catalogue knows a drug."""
    entry = registers.at("catalogue_item", code, at)
    if entry is None:
        return set()
    prefix = entry.get("drug_trac_prefix")
    found = {f"p{prefix}" if prefix else "", product_of_barcode(entry.get("drug_prod_barc"))}
    return found - {""}


def _is_gtin(digits: str) -> bool:
    """Whether the check digit of 14 digits is right."""
    if len(digits) != 14:
        return False
    odd, even = sum(map(int, digits[:13:2])), sum(map(int, digits[1:13:2]))
    return -(3 * odd + even) % 10 == int(digits[13])
