"""What is done for a patient in a day, up to what the day may cost."""

from collections.abc import Iterator
from datetime import datetime

from fundguard.simulate.billing import Line, line
from fundguard.simulate.catalogue.drugs import WARD
from fundguard.simulate.catalogue.item import Item
from fundguard.simulate.catalogue.services import BEDSIDE, TESTS
from fundguard.simulate.places import Doctor
from fundguard.simulate.world import World

BY_PRICE = sorted((*BEDSIDE, *TESTS, *WARD), key=lambda item: item.price_fen)
SLOTS = (4, 8)  # lines of treatment beside the daily infusion
MOST_OF_ONE = 3


def treatment(world: World, budget_fen: int, at: datetime, doctor: Doctor) -> Iterator[Line]:
    """Lines worth about `budget_fen`, at least one: a treated day is never empty."""
    yield line(world, BEDSIDE[0], 1, at, doctor=doctor)
    left = budget_fen - BEDSIDE[0].price_fen
    used = {BEDSIDE[0].code}
    for slots in range(world.rng.randint(*SLOTS), 0, -1):
        if left < BY_PRICE[0].price_fen:
            return
        item = fitting(world, round(left / slots * world.rng.uniform(0.7, 1.6)), used)
        count = max(1, min(MOST_OF_ONE, round(left / slots / item.price_fen)))
        yield line(world, item, count, at, doctor=doctor)
        used.add(item.code)
        left -= item.price_fen * count


def fitting(world: World, wanted_fen: int, used: set[str]) -> Item:
    """One of the three unused items whose price is nearest to what is wanted."""
    unused = [item for item in BY_PRICE if item.code not in used]
    nearest = sorted(unused, key=lambda item: abs(item.price_fen - wanted_fen))
    return world.rng.choice(nearest[:3])
