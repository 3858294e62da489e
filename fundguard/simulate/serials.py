"""Numbers for settlements, visits, lines and invoices: unique, repeatable, in no telling order."""

from collections import Counter

SPACE = 10**10
STRIDE = 6_180_339_889  # coprime to SPACE, so counting by it visits every number once


def scatter(count: int) -> str:
    """Spread a running count over ten digits, so that planted cases do not sort together.

    >>> scatter(1), scatter(2)
    ('6180339889', '2360679778')
    """
    return f"{count * STRIDE % SPACE:010d}"


class Serials:
    def __init__(self) -> None:
        self._issued: Counter[str] = Counter()

    def next(self, prefix: str) -> str:
        self._issued[prefix] += 1
        return f"{prefix}{scatter(self._issued[prefix])}"
