"""CH-14 重复结算: one bill settled twice."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from fundguard.simulate.billing import Line, line
from fundguard.simulate.catalogue.drugs import CHRONIC, SHELF
from fundguard.simulate.catalogue.item import Item
from fundguard.simulate.catalogue.services import TESTS, VISIT
from fundguard.simulate.china_time import DAY
from fundguard.simulate.claims import Manner, repeat
from fundguard.simulate.people import Person
from fundguard.simulate.places import Institution, Role
from fundguard.simulate.schemes.footprints import of_settlement, of_visit
from fundguard.simulate.schemes.scheme import TAIL, Scheme
from fundguard.simulate.trade import buy, take_back
from fundguard.simulate.truth import Footprint
from fundguard.simulate.visits import attend
from fundguard.simulate.world import World

LEAD, LATER = 2, 6
MINUTE = timedelta(minutes=1)


def customer(world: World) -> tuple[Institution, Person, datetime]:
    shop = world.rng.choice(world.places.of(Role.SHOP))
    at = world.moment(world.diary.day(LEAD, TAIL + LATER), 9, 18)
    return shop, world.people.newcomer(), at


def packs(world: World, items: Sequence[Item], at: datetime) -> list[Line]:
    """One pack of each; every call takes other packs, with trace codes of their own."""
    return [line(world, item, 1, at) for item in items]


def invoice(world: World) -> Manner:
    return Manner(invoice=world.serials.next("331"))


def plant(world: World, number: int) -> Footprint:
    return (invoice_again, same_minute, visit_again)[number % 3](world)


def invoice_again(world: World) -> Footprint:
    """The invoice of a purchase comes back some days later."""
    shop, person, at = customer(world)
    items, manner = world.rng.sample(SHELF, 2), invoice(world)
    first = buy(world, shop, person, at, packs(world, items, at), manner)
    again = at + world.rng.randint(2, LATER) * DAY
    second = buy(world, shop, person, again, packs(world, items, again), manner)
    return of_settlement(second, [first.event_id])


def same_minute(world: World) -> Footprint:
    """The same basket settled again within the minute, under another number."""
    shop, person, at = customer(world)
    items = world.rng.sample(SHELF + CHRONIC, 3)
    first = buy(world, shop, person, at, packs(world, items, at))
    again = at + world.seconds(25, 50)
    second = buy(world, shop, person, again, packs(world, items, again))
    return of_settlement(second, [first.event_id])


def visit_again(world: World) -> Footprint:
    """A hospital visit settled directly, and its invoice once more for another visit."""
    hospital = world.rng.choice(world.places.of(Role.HOSPITAL))
    _, person, at = customer(world)
    items, manner = (VISIT, TESTS[0], *world.rng.sample(SHELF, 2)), invoice(world)
    first = attend(world, hospital, person, at, packs(world, items, at), manner=manner)
    again = at + world.rng.randint(2, LATER) * DAY
    second = attend(world, hospital, person, again, packs(world, items, again), manner=manner)
    return of_visit(second, [first.settlement.event_id])


def look_alike(world: World, number: int) -> Footprint:
    return (reversed_first, answer_lost, two_parts)[number % 3](world)


def reversed_first(world: World) -> Footprint:
    """Settled, reversed and settled again: the same invoice and the same packs."""
    shop, person, at = customer(world)
    lines, manner = packs(world, world.rng.sample(SHELF, 2), at), invoice(world)
    first = buy(world, shop, person, at, lines, manner)
    undone = take_back(world, first, at + 3 * MINUTE, "信息有误")
    second = buy(world, shop, person, at + 5 * MINUTE, lines, manner)
    return of_settlement(second, [first.event_id, undone])


def answer_lost(world: World) -> Footprint:
    """The terminal heard no answer and sent the same settlement again."""
    shop, person, at = customer(world)
    lines = packs(world, world.rng.sample(SHELF, 2), at)
    settlement = buy(world, shop, person, at, lines)
    return of_settlement(settlement, [repeat(world, settlement, at + world.seconds(5, 15))])


def two_parts(world: World) -> Footprint:
    """Two receipts within a minute, each for other drugs."""
    shop, person, at = customer(world)
    items = world.rng.sample(SHELF + CHRONIC, 4)
    first = buy(world, shop, person, at, packs(world, items[:2], at))
    again = at + world.seconds(25, 50)
    second = buy(world, shop, person, again, packs(world, items[2:], again))
    return of_settlement(second, [first.event_id])


scheme = Scheme("CH-14", LEAD + LATER + TAIL + 1, plant, look_alike)
