"""DT-01 追溯码重复结算: one pack settled twice."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from fundguard.simulate.billing import Line, line
from fundguard.simulate.catalogue.drugs import CHRONIC, SHELF
from fundguard.simulate.catalogue.item import Item
from fundguard.simulate.catalogue.services import VISIT
from fundguard.simulate.china_time import DAY
from fundguard.simulate.claims import Settlement, repeat
from fundguard.simulate.places import Institution, Role
from fundguard.simulate.schemes.footprints import of_settlement, of_visit
from fundguard.simulate.schemes.scheme import TAIL, Scheme
from fundguard.simulate.traces import PLACEHOLDERS
from fundguard.simulate.trade import buy, take_back
from fundguard.simulate.truth import Footprint
from fundguard.simulate.visits import attend
from fundguard.simulate.world import World

LEAD, LATER = 2, 9
CAPSULES = SHELF[0]  # 24 in a pack


def first_sale(world: World) -> datetime:
    return world.moment(world.diary.day(LEAD, TAIL + LATER), 9, 18)


def days_later(world: World, at: datetime) -> datetime:
    return at + world.rng.randint(2, LATER) * DAY + world.seconds(0, 3000)


def two_shops(world: World) -> tuple[Institution, Institution]:
    one, other = world.rng.sample(world.places.of(Role.SHOP), 2)
    return one, other


def scanned(world: World, item: Item, at: datetime, *traces: str) -> Line:
    return replace(line(world, item, len(traces), at), traces=traces)


def sale(world: World, shop: Institution, sold: Line) -> Settlement:
    return buy(world, shop, world.people.newcomer(), sold.at, [sold])


def plant(world: World, number: int) -> Footprint:
    return (sold_at_two_shops, sold_and_dispensed, more_than_a_pack)[number % 3](world)


def sold_at_two_shops(world: World) -> Footprint:
    item, at = world.rng.choice(SHELF + CHRONIC), first_sale(world)
    code, (one, other) = world.traces.pack(item), two_shops(world)
    first = sale(world, one, scanned(world, item, at, code))
    second = sale(world, other, scanned(world, item, days_later(world, at), code))
    return of_settlement(second, [first.event_id])


def sold_and_dispensed(world: World) -> Footprint:
    """Sold at a shop, and a week later dispensed at a hospital."""
    item, at = world.rng.choice(SHELF), first_sale(world)
    code = world.traces.pack(item)
    first = sale(world, two_shops(world)[0], scanned(world, item, at, code))
    later = days_later(world, at)
    hospital = world.rng.choice(world.places.of(Role.HOSPITAL))
    lines = [line(world, VISIT, 1, later), scanned(world, item, later, code)]
    visit = attend(world, hospital, world.people.newcomer(), later, lines)
    return of_visit(visit, [first.event_id])


def more_than_a_pack(world: World) -> Footprint:
    """Thirty capsules out of one pack of twenty-four."""
    return split_among(world, (10, 10, 10))


def split_among(world: World, counts: Sequence[int]) -> Footprint:
    """Sell one pack in parts, to different persons on different days."""
    at, shop = first_sale(world), two_shops(world)[0]
    whole = line(world, CAPSULES, 1, at)
    sales = [
        sale(
            world,
            shop,
            replace(whole, serial=world.serials.next("F"), count=count, at=day, split=True),
        )
        for count, day in ((count, at + k * DAY) for k, count in enumerate(counts))
    ]
    return of_settlement(sales[-1], [sold.event_id for sold in sales[:-1]])


def look_alike(world: World, number: int) -> Footprint:
    tales: tuple[Callable[[World], Footprint], ...] = (
        *(returned_and_resold, split_within_pack),
        *(not_scanned, sent_twice),
    )
    return tales[number % len(tales)](world)


def returned_and_resold(world: World) -> Footprint:
    item, at = world.rng.choice(SHELF), first_sale(world)
    code, shop = world.traces.pack(item), two_shops(world)[0]
    first = sale(world, shop, scanned(world, item, at, code))
    undone = take_back(world, first, at + world.seconds(3600, 7200), "退货")
    second = sale(world, shop, scanned(world, item, days_later(world, at), code))
    return of_settlement(second, [first.event_id, undone])


def split_within_pack(world: World) -> Footprint:
    return split_among(world, (8, 8, 8))


def not_scanned(world: World) -> Footprint:
    """The same placeholder beside a good code, at two shops."""
    item, at = world.rng.choice(SHELF), first_sale(world)
    nothing = world.rng.choice(PLACEHOLDERS)
    first, second = (
        sale(world, shop, scanned(world, item, when, world.traces.pack(item), nothing))
        for shop, when in zip(two_shops(world), (at, days_later(world, at)), strict=True)
    )
    return of_settlement(second, [first.event_id])


def sent_twice(world: World) -> Footprint:
    item, at = world.rng.choice(SHELF), first_sale(world)
    settlement = sale(world, two_shops(world)[0], line(world, item, 1, at))
    return of_settlement(settlement, [repeat(world, settlement, at + world.seconds(20, 90))])


scheme = Scheme("DT-01", LEAD + LATER + TAIL + 1, plant, look_alike)
