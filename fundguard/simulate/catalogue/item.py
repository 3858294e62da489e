"""An item of the national catalogue: a drug, a service, or goods outside it."""

from dataclasses import dataclass
from enum import Enum

DRUG = "101"  # list_type 西药中成药
SERVICE = "201"  # list_type 诊疗
GOODS = ""  # not in any list: 生活用品, 保健品


class Tracing(Enum):
    """The three systems of drug trace codes in use."""

    NATIONAL = "20 digits, the first seven name the product"
    MANUFACTURER = "numeric, the product cannot be read from it"
    GS1 = "GTIN and serial number"


@dataclass(frozen=True, slots=True)
class Item:
    code: str
    name: str
    list_type: str
    charge_type: str  # med_chrgitm_type: 01 bed … 14 other
    price_fen: int
    pay_level: str = "01"  # chrgitm_lv: 01 甲, 02 乙, 03 丙 (not paid by the fund)
    pack_units: int = 1  # tablets, sachets … in a pack
    barcode: str = ""
    tracing: Tracing = Tracing.MANUFACTURER
    trace_prefix: str = ""
    device: str = ""  # the equipment without which the service cannot be done

    @property
    def is_drug(self) -> bool:
        return self.list_type == DRUG

    @property
    def unit_fen(self) -> int:
        """Price of one tablet of a split pack."""
        return max(1, round(self.price_fen / self.pack_units))


def ean13(body: str) -> str:
    """Complete twelve digits with their check digit.

    >>> ean13("690123456789")
    '6901234567892'
    """
    odd, even = sum(map(int, body[::2])), sum(map(int, body[1::2]))
    return f"{body}{-(odd + 3 * even) % 10}"
