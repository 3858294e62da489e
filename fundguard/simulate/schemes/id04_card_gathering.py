"""ID-04 敛卡: many people's cards swiped one after another at one terminal."""

from datetime import timedelta

from fundguard.simulate.catalogue.services import CLINIC_VISIT, VACCINATION
from fundguard.simulate.china_time import DAY
from fundguard.simulate.claims import Manner, Settlement
from fundguard.simulate.places import Institution, Role
from fundguard.simulate.schemes.amounts import alike, one_basket, unlike
from fundguard.simulate.schemes.footprints import of_group
from fundguard.simulate.schemes.queues import moments, queue_at_clinic, queue_at_shop
from fundguard.simulate.schemes.scheme import TAIL, Scheme
from fundguard.simulate.truth import Footprint
from fundguard.simulate.world import World

HURRIED = (20, 40)  # seconds between settlements; nobody serves a customer in 45
LEAD = 2
RUN = 9
RETURNS = 3  # days between the runs of a band that comes back


def plant(world: World, number: int) -> Footprint:
    tales = (same_basket, near_amounts, same_band, near_amounts_at_clinic, same_band)
    return tales[number % len(tales)](world)


def one_terminal(place: Institution) -> Manner:
    return Manner(terminal=place.terminals[0])


def same_basket(world: World) -> Footprint:
    """Identical baskets, and so a burst (PS-02) as well."""
    shop, day = world.diary.book(world.places.of(Role.GATHERING_SHOP), LEAD, TAIL)
    served = moments(world, world.moment(day, 9, 18), RUN, HURRIED)
    baskets = [one_basket(world.rng)] * RUN
    persons = world.people.newcomers(RUN)
    run = queue_at_shop(world, shop, persons, baskets, served, one_terminal(shop))
    return of_group(run, also=("PS-02",))


def near_amounts(world: World) -> Footprint:
    """Different baskets whose amounts differ a little: no burst of equal amounts."""
    shop, day = world.diary.book(world.places.of(Role.GATHERING_SHOP), LEAD, TAIL)
    served = moments(world, world.moment(day, 9, 18), RUN, HURRIED)
    persons, baskets = world.people.newcomers(RUN), alike(world.rng, RUN)
    return of_group(queue_at_shop(world, shop, persons, baskets, served, one_terminal(shop)))


def near_amounts_at_clinic(world: World) -> Footprint:
    clinic, day = world.diary.book(world.places.of(Role.GATHERING_CLINIC), LEAD, TAIL)
    served = moments(world, world.moment(day, 10, 17), RUN, HURRIED)
    persons, baskets = world.people.newcomers(RUN), alike(world.rng, RUN)
    return of_group(queue_at_clinic(world, clinic, persons, baskets, served, one_terminal(clinic)))


def same_band(world: World) -> Footprint:
    """The same eight persons on three days, with amounts that show nothing."""
    shops = world.places.of(Role.GATHERING_SHOP)
    shop, first = world.diary.book(shops, LEAD, TAIL, span=2 * RETURNS + 1)
    band, runs = world.people.newcomers(8), list[Settlement]()
    for day in (first, first + RETURNS * DAY, first + 2 * RETURNS * DAY):
        served = moments(world, world.moment(day, 9, 18), len(band), HURRIED)
        world.rng.shuffle(band)
        baskets = unlike(world.rng, len(band))
        runs += queue_at_shop(world, shop, band, baskets, served, one_terminal(shop))
    return of_group(runs)


def look_alike(world: World, number: int) -> Footprint:
    tales = (keyed_after_outage, vaccination_day, rush_hour, short_queue)
    return tales[number % len(tales)](world)


def keyed_after_outage(world: World) -> Footprint:
    """A village clinic keys the morning's visits in the afternoon, one after another."""
    clinic, day = world.diary.book(world.places.of(Role.VILLAGE_CLINIC), LEAD, TAIL)
    served = moments(world, world.moment(day, 10, 12), 8, (15, 30))
    manner = Manner(
        terminal=clinic.terminals[0], keyed_at=served[-1] + timedelta(hours=world.rng.randint(4, 8))
    )
    baskets = [(CLINIC_VISIT,)] * 8
    persons = world.people.newcomers(8)
    return of_group(queue_at_clinic(world, clinic, persons, baskets, served, manner))


def vaccination_day(world: World) -> Footprint:
    """A fixed fee for everybody, and nobody faster than a nurse can be."""
    clinic, day = world.diary.book(world.places.of(Role.CLINIC), LEAD, TAIL)
    served = moments(world, world.moment(day, 9, 15), 10, (52, 80))
    persons, baskets = world.people.newcomers(10), [(VACCINATION,)] * 10
    return of_group(queue_at_clinic(world, clinic, persons, baskets, served, one_terminal(clinic)))


def rush_hour(world: World) -> Footprint:
    """A queue after work, everybody with something else."""
    shop, day = world.diary.book(world.places.of(Role.CORNER_SHOP), LEAD, TAIL)
    served = moments(world, world.moment(day, 17, 19), RUN, HURRIED)
    persons, baskets = world.people.newcomers(RUN), unlike(world.rng, RUN)
    return of_group(queue_at_shop(world, shop, persons, baskets, served, one_terminal(shop)))


def short_queue(world: World) -> Footprint:
    """Six persons, too few for a run."""
    shop, day = world.diary.book(world.places.of(Role.CORNER_SHOP), LEAD, TAIL)
    served = moments(world, world.moment(day, 9, 18), 6, HURRIED)
    persons, baskets = world.people.newcomers(6), alike(world.rng, 6)
    return of_group(queue_at_shop(world, shop, persons, baskets, served, one_terminal(shop)))


scheme = Scheme("ID-04", LEAD + TAIL + 2 * RETURNS + 1, plant, look_alike)
