"""Baskets chosen by what they cost: alike, all different, or worth about a given sum."""

from functools import cache
from itertools import combinations
from random import Random

from fundguard.simulate.catalogue.drugs import CHRONIC, SHELF
from fundguard.simulate.catalogue.item import Item

Basket = tuple[Item, ...]
STEP = 1.22  # between all-different amounts: far outside the ±5 % that count as the same


def cost_fen(items: Basket) -> int:
    return sum(item.price_fen for item in items)


@cache
def priced_baskets() -> tuple[Basket, ...]:
    """Every basket of two or three different drugs, cheapest first, one for each amount."""
    drugs = SHELF + CHRONIC
    baskets = {cost_fen(found): found for size in (2, 3) for found in combinations(drugs, size)}
    return tuple(baskets[amount] for amount in sorted(baskets))


def worth(amount_fen: int) -> Basket:
    """The basket whose cost is nearest to an amount."""
    return min(priced_baskets(), key=lambda items: abs(cost_fen(items) - amount_fen))


def one_basket(rng: Random) -> Basket:
    """A basket of several drugs whose amount is not round to five yuan."""
    usual = [items for items in priced_baskets() if len(items) == 3 and cost_fen(items) % 500]
    return rng.choice(usual)


def alike(rng: Random, count: int) -> list[Basket]:
    """Different baskets whose amounts differ, but by no more than 4 %."""
    middle = rng.randint(5500, 8500)
    near = [b for b in priced_baskets() if abs(cost_fen(b) - middle) <= middle * 0.02]
    return rng.sample(near, count)


def unlike(rng: Random, count: int) -> list[Basket]:
    """Baskets with no two amounts near each other, in no order."""
    baskets = [worth(round(1500 * STEP**k)) for k in range(count)]
    rng.shuffle(baskets)
    return baskets
