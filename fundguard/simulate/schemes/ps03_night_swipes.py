"""PS-03 深夜刷卡: settlements while the shop is closed."""

from datetime import datetime, timedelta

from fundguard.simulate.billing import basket
from fundguard.simulate.catalogue.drugs import SHELF
from fundguard.simulate.catalogue.services import EMERGENCY_VISIT
from fundguard.simulate.china_time import clock
from fundguard.simulate.claims import EMERGENCY, USUAL, Manner
from fundguard.simulate.places import Institution, Role
from fundguard.simulate.schemes.amounts import unlike
from fundguard.simulate.schemes.footprints import of_group
from fundguard.simulate.schemes.queues import moments, queue_at_clinic, queue_at_shop
from fundguard.simulate.schemes.scheme import TAIL, Scheme
from fundguard.simulate.trade import buy
from fundguard.simulate.truth import Footprint
from fundguard.simulate.visits import Occasion
from fundguard.simulate.world import World

LEAD = 2
NIGHTLY = (500, 1100)  # seconds between customers


def plant(world: World, number: int) -> Footprint:
    shop, day = world.diary.book(world.places.of(Role.GATHERING_SHOP), LEAD, TAIL)
    return at_night(world, shop, clock(day, 23, 5) + world.seconds(0, 2400), 4 + number % 3)


def at_night(
    world: World, shop: Institution, first: datetime, customers: int, manner: Manner = USUAL
) -> Footprint:
    served = moments(world, first, customers, NIGHTLY)
    baskets = unlike(world.rng, customers)
    persons = world.people.newcomers(customers)
    return of_group(queue_at_shop(world, shop, persons, baskets, served, manner))


def look_alike(world: World, number: int) -> Footprint:
    tales = (open_all_night, emergency_room, uploaded_in_batch, closes_late, only_two)
    return tales[number % len(tales)](world)


def open_all_night(world: World) -> Footprint:
    shop, day = world.diary.book(world.places.of(Role.NIGHT_SHOP), LEAD, TAIL)
    return at_night(world, shop, clock(day, 23, 10), 4)


def emergency_room(world: World) -> Footprint:
    hospital, day = world.diary.book(world.places.of(Role.TEACHING_HOSPITAL), LEAD, TAIL)
    served = moments(world, clock(day, 23, 50), 4, NIGHTLY)
    baskets = [(EMERGENCY_VISIT, drug) for drug in world.rng.sample(SHELF, 4)]
    persons = world.people.newcomers(4)
    occasion = Occasion(EMERGENCY)
    return of_group(queue_at_clinic(world, hospital, persons, baskets, served, occasion=occasion))


def uploaded_in_batch(world: World) -> Footprint:
    """Afternoon sales that the shop's system settles at night and keys the next morning."""
    shop, day = world.diary.book(world.places.of(Role.CORNER_SHOP), LEAD, TAIL)
    served = moments(world, clock(day, 23, 10), 4, NIGHTLY)
    manner = Manner(keyed_at=served[-1] + timedelta(hours=9))
    sold = [clock(day, 16 + k, 20) for k in range(4)]
    return of_group(
        [
            buy(world, shop, world.people.newcomer(), at, basket(world, items, bought), manner)
            for at, bought, items in zip(served, sold, unlike(world.rng, 4), strict=True)
        ]
    )


def closes_late(world: World) -> Footprint:
    """Late, but within the hours the shop is registered with."""
    shop, day = world.diary.book(world.places.of(Role.LATE_SHOP), LEAD, TAIL)
    return at_night(world, shop, clock(day, 22, 32), 3)


def only_two(world: World) -> Footprint:
    shop, day = world.diary.book(world.places.of(Role.CORNER_SHOP), LEAD, TAIL)
    return at_night(world, shop, clock(day, 22, 50), 2)


scheme = Scheme("PS-03", LEAD + TAIL + 1, plant, look_alike)
