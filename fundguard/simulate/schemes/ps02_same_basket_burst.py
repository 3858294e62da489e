"""PS-02 同额连刷: the same amount again and again within half an hour."""

from fundguard.simulate.catalogue.drugs import CHRONIC
from fundguard.simulate.catalogue.services import CLINIC_VISIT
from fundguard.simulate.claims import Settlement
from fundguard.simulate.places import Role
from fundguard.simulate.schemes.amounts import one_basket
from fundguard.simulate.schemes.footprints import of_group
from fundguard.simulate.schemes.queues import Baskets, moments, queue_at_clinic, queue_at_shop
from fundguard.simulate.schemes.scheme import TAIL, Scheme
from fundguard.simulate.truth import Footprint
from fundguard.simulate.world import World

LEAD = 2
BURST = 7
UNHURRIED = (130, 220)  # seconds; too slow for a run of cards (ID-04), seven within 25 minutes


def at_shop(
    world: World, role: Role, baskets: Baskets, gaps: tuple[int, int] = UNHURRIED
) -> list[Settlement]:
    shop, day = world.diary.book(world.places.of(role), LEAD, TAIL)
    served = moments(world, world.moment(day, 9, 16), len(baskets), gaps)
    return queue_at_shop(world, shop, world.people.newcomers(len(baskets)), baskets, served)


def plant(world: World, number: int) -> Footprint:
    basket = one_basket(world.rng)
    return of_group(at_shop(world, Role.GATHERING_SHOP, [basket] * (BURST + number % 2)))


def look_alike(world: World, number: int) -> Footprint:
    return (clinic_fee, monthly_pack, only_five, all_morning)[number % 4](world)


def clinic_fee(world: World) -> Footprint:
    """Everybody pays the fixed fee of a clinic visit."""
    clinic, day = world.diary.book(world.places.of(Role.CLINIC), LEAD, TAIL)
    served = moments(world, world.moment(day, 9, 16), BURST, UNHURRIED)
    persons, baskets = world.people.newcomers(BURST), [(CLINIC_VISIT,)] * BURST
    return of_group(queue_at_clinic(world, clinic, persons, baskets, served))


def monthly_pack(world: World) -> Footprint:
    """One pack of the same chronic drug, at the catalogue's price."""
    pack = world.rng.choice(CHRONIC)
    return of_group(at_shop(world, Role.CORNER_SHOP, [(pack,)] * BURST))


def only_five(world: World) -> Footprint:
    return of_group(at_shop(world, Role.CORNER_SHOP, [one_basket(world.rng)] * 5))


def all_morning(world: World) -> Footprint:
    """The same basket seven times, but never more than twice in half an hour."""
    baskets = [one_basket(world.rng)] * BURST
    return of_group(at_shop(world, Role.CORNER_SHOP, baskets, (1200, 1700)))


scheme = Scheme("PS-02", LEAD + TAIL + 1, plant, look_alike)
