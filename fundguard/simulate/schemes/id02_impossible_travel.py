"""ID-02 不可能行程: seen at two places that no journey connects in the time between."""

from datetime import datetime, timedelta

from fundguard.simulate.billing import basket
from fundguard.simulate.catalogue.drugs import SHELF
from fundguard.simulate.catalogue.services import VISIT
from fundguard.simulate.china_time import DAY, clock
from fundguard.simulate.claims import USUAL, Manner, Settlement
from fundguard.simulate.places import DISTANT, PROVINCIAL, Institution, Region, Role
from fundguard.simulate.schemes.footprints import of_settlement, of_visit
from fundguard.simulate.schemes.scheme import TAIL, Scheme
from fundguard.simulate.trade import buy, hand_over, swipe, take_back
from fundguard.simulate.truth import Footprint
from fundguard.simulate.visits import Visit, attend
from fundguard.simulate.world import World

LEAD = 12
ONLINE = Manner(online=True)


class Traveller:
    """Someone at home in two regions.

    Both places are known from earlier visits, so that only the journey speaks and not a new
    institution far away, which together would be a case of ID-01.
    """

    def __init__(self, world: World, region: Region) -> None:
        self.world = world
        self.person = world.people.newcomer()
        self.near = world.rng.choice(world.places.of(Role.SHOP))
        self.far = world.rng.choice(world.places.of(Role.SHOP, region=region))
        self.hospital = world.rng.choice(world.places.of(Role.HOSPITAL, region=region))
        day = world.diary.day(LEAD, TAIL)
        self.morning = clock(day, 9, 2) + world.seconds(0, 1800)
        self.buys(self.near, clock(day - 10 * DAY, 10, 30))
        self.buys(self.far, clock(day - 8 * DAY, 15, 10))
        self.sees_doctor(clock(day - 4 * DAY, 14))

    def buys(self, shop: Institution, at: datetime) -> Settlement:
        lines = basket(self.world, self.world.rng.sample(SHELF, 2), at, most=1)
        return buy(self.world, shop, self.person, at, lines)

    def sees_doctor(self, at: datetime, manner: Manner = USUAL) -> Visit:
        """Attend the hospital far from home."""
        asked = basket(self.world, [VISIT, SHELF[0]], at, most=1)
        return attend(self.world, self.hospital, self.person, at, asked, manner=manner)


def plant(world: World, number: int) -> Footprint:
    """At home at nine, and half an hour later 200 or 575 km away."""
    traveller = Traveller(world, (DISTANT, PROVINCIAL)[number % 2])
    first = traveller.buys(traveller.near, traveller.morning)
    later = traveller.morning + timedelta(minutes=world.rng.randint(25, 50))
    if number % 3 == 2:
        return of_visit(traveller.sees_doctor(later), [first.event_id])
    return of_settlement(traveller.buys(traveller.far, later), [first.event_id])


def look_alike(world: World, number: int) -> Footprint:
    tales = (seen_online, settled_late, by_rail, taken_back, by_road)
    return tales[number % len(tales)](world)


def seen_online(world: World) -> Footprint:
    traveller = Traveller(world, DISTANT)
    visit = traveller.sees_doctor(traveller.morning, ONLINE)
    after = traveller.morning + timedelta(minutes=38)
    return of_visit(visit, [traveller.buys(traveller.near, after).event_id])


def settled_late(world: World) -> Footprint:
    """Bought far away the day before, but settled and keyed after the return."""
    traveller = Traveller(world, DISTANT)
    first = traveller.buys(traveller.near, traveller.morning)
    settled = traveller.morning + timedelta(minutes=40)
    bought = clock(traveller.morning.date() - DAY, 13, 20)
    lines = basket(world, world.rng.sample(SHELF, 2), bought, most=1)
    manner = Manner(keyed_at=settled + timedelta(hours=3))
    late = swipe(world, traveller.far, traveller.person, settled, lines, manner)
    hand_over(world, late)
    return of_settlement(late, [first.event_id])


def by_rail(world: World) -> Footprint:
    traveller = Traveller(world, DISTANT)
    first = traveller.buys(traveller.near, traveller.morning)
    arrived = traveller.morning + timedelta(minutes=world.rng.randint(260, 480))
    return of_settlement(traveller.buys(traveller.far, arrived), [first.event_id])


def by_road(world: World) -> Footprint:
    traveller = Traveller(world, PROVINCIAL)
    first = traveller.buys(traveller.near, traveller.morning)
    arrived = traveller.morning + timedelta(minutes=world.rng.randint(190, 300))
    return of_settlement(traveller.buys(traveller.far, arrived), [first.event_id])


def taken_back(world: World) -> Footprint:
    """The purchase at home was a mistake of the till and undone at once."""
    traveller = Traveller(world, DISTANT)
    first = traveller.buys(traveller.near, traveller.morning)
    undone = take_back(world, first, traveller.morning + timedelta(minutes=6), "误操作")
    later = traveller.buys(traveller.far, traveller.morning + timedelta(minutes=50))
    return of_settlement(later, [first.event_id, undone])


scheme = Scheme("ID-02", LEAD + TAIL + 1, plant, look_alike)
