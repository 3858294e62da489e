"""Amounts are counted in fen and written in yuan."""


def yuan(fen: int) -> str:
    """Write an amount as the contract does: a decimal string in yuan.

    >>> yuan(123456), yuan(-5)
    ('1234.56', '-0.05')
    """
    sign = "-" if fen < 0 else ""
    return f"{sign}{abs(fen) // 100}.{abs(fen) % 100:02d}"
