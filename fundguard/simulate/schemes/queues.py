"""People served one after another at one counter."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from fundguard.simulate.billing import line
from fundguard.simulate.catalogue.item import Item
from fundguard.simulate.claims import USUAL, Manner, Settlement
from fundguard.simulate.people import Person
from fundguard.simulate.places import Institution
from fundguard.simulate.trade import buy
from fundguard.simulate.visits import ORDINARY, Occasion, attend
from fundguard.simulate.world import World

Baskets = Sequence[Sequence[Item]]


def moments(world: World, first: datetime, count: int, gaps: tuple[int, int]) -> list[datetime]:
    """When each is served, `gaps` seconds apart at least and at most."""
    served = [first]
    while len(served) < count:
        served.append(served[-1] + world.seconds(*gaps))
    return served


def queue_at_shop(
    world: World,
    shop: Institution,
    persons: Sequence[Person],
    baskets: Baskets,
    served: Sequence[datetime],
    manner: Manner = USUAL,
) -> list[Settlement]:
    """Honest purchases: everyone gets what is settled."""
    return [
        buy(world, shop, person, at, [line(world, item, 1, at) for item in items], manner)
        for person, items, at in zip(persons, baskets, served, strict=True)
    ]


def queue_at_clinic(
    world: World,
    clinic: Institution,
    persons: Sequence[Person],
    baskets: Baskets,
    served: Sequence[datetime],
    manner: Manner = USUAL,
    occasion: Occasion = ORDINARY,
) -> list[Settlement]:
    """Visits settled at the given moments; each was registered before the first is settled."""
    doctor = clinic.doctors[0]
    settlements = []
    for person, items, at in zip(persons, baskets, served, strict=True):
        begun = at - occasion.takes
        lines = [
            line(world, item, 1, begun + timedelta(minutes=2), doctor=doctor) for item in items
        ]
        settlements.append(attend(world, clinic, person, begun, lines, occasion, manner).settlement)
    return settlements
