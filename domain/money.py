"""Money and quantities: exact decimals, in yuan and in units. No binary float ever holds one."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Final

ZERO: Final = Decimal(0)
FEN: Final = Decimal("0.01")
_LARGEST: Final = Decimal(10) ** 14  # national fields are numeric(16,2); beyond it is a unit error


class ImpossibleAmount(ValueError):
    """An amount or quantity that cannot be: whoever sent it must correct it."""


def checked(value: Decimal) -> Decimal:
    """The amount itself, if it can be one: finite, below 10^14, at most eight decimals."""
    if not value.is_finite() or abs(value) >= _LARGEST:
        raise ImpossibleAmount("金额或数量超出可能范围")
    exponent = value.as_tuple().exponent
    if isinstance(exponent, int) and exponent < -8:
        raise ImpossibleAmount("金额或数量的小数位过多")
    return value


def yuan(value: Decimal) -> str:
    """An amount as it goes out: two decimals, half up.

    >>> yuan(Decimal("2956.615")), yuan(Decimal("-0.001"))
    ('2956.62', '0.00')
    """
    rounded = value.quantize(FEN, rounding=ROUND_HALF_UP)
    return str(rounded if rounded else abs(rounded))


def plain(value: Decimal) -> str:
    """A quantity without trailing zeros or exponent.

    >>> plain(Decimal("2.5000")), plain(Decimal("1E+2"))
    ('2.5', '100')
    """
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
