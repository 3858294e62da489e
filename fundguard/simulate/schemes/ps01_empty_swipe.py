"""PS-01 空刷: drugs settled and never sold.

Every planted settlement is followed by an honest sale at the same shop: an unbroken series of
20 unsupported lines would be an outage, not a swipe.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from fundguard.simulate.billing import Line, basket, line
from fundguard.simulate.catalogue.drugs import CHRONIC, SELDOM_KEPT, SHELF
from fundguard.simulate.claims import Settlement
from fundguard.simulate.places import Institution, Role
from fundguard.simulate.schemes.footprints import of_group, of_settlement
from fundguard.simulate.schemes.queues import moments
from fundguard.simulate.schemes.scheme import TAIL, Scheme
from fundguard.simulate.trade import buy, hand_over, swipe
from fundguard.simulate.truth import Footprint
from fundguard.simulate.world import World

LEAD = 8  # so that a week of trade stands behind the rate
OUTAGE_SETTLEMENTS = 8  # of three lines each: 24 unsupported lines in a row
CROWD = 9  # honest customers of three lines who keep one lost upload under 5 %


def unscanned(lines: Sequence[Line]) -> list[Line]:
    return [replace(line, traces=()) for line in lines]


def honest_sale(world: World, shop: Institution, at: datetime, kinds: int = 2) -> Settlement:
    lines = basket(world, world.rng.sample(SHELF, kinds), at)
    return buy(world, shop, world.people.newcomer(), at, lines)


def soon(world: World) -> timedelta:
    return world.seconds(600, 2400)


def plant(world: World, number: int) -> Footprint:
    shop, day = world.diary.book(world.places.of(Role.SWIPING_SHOP), LEAD, TAIL)
    at = world.moment(day, 9, 18)
    lines = nothing_left(world, shop, at) if number % 2 else nothing_scanned(world, at)
    settlement = swipe(world, shop, world.people.newcomer(), at, lines)
    honest_sale(world, shop, at + soon(world))
    return of_settlement(settlement)


def nothing_scanned(world: World, at: datetime) -> list[Line]:
    """Three drugs the shop has, of which none leaves the shelf."""
    return unscanned(basket(world, world.rng.sample(SHELF + CHRONIC, 3), at))


def nothing_left(world: World, shop: Institution, at: datetime) -> list[Line]:
    """A drug of which the shop never had a pack."""
    drug = world.rng.choice(SELDOM_KEPT)
    if not world.stock.is_kept(shop, drug):
        world.stock.carry_exactly(shop, drug, 0)
    return unscanned([line(world, drug, 2, at)])


def look_alike(world: World, number: int) -> Footprint:
    tales = (uploaded_late, split_pack, outage, never_uploads, one_lost_upload)
    return tales[number % len(tales)](world)


def some_corner(world: World, third: int) -> tuple[Institution, date]:
    """Corner shops in three parts, so that an outage spoils nobody else's week."""
    return world.diary.book(world.places.of(Role.CORNER_SHOP)[third::3], LEAD, TAIL)


def uploaded_late(world: World) -> Footprint:
    shop, day = some_corner(world, 2)
    at = world.moment(day, 9, 18)
    lines = basket(world, world.rng.sample(SHELF, 3), at)
    settlement = swipe(world, shop, world.people.newcomer(), at, lines)
    late = timedelta(hours=30) + world.seconds(0, 7200)
    return of_settlement(settlement, hand_over(world, settlement, uploaded_after=late))


def split_pack(world: World) -> Footprint:
    """Twelve capsules of a pack of 24: more than the packs in stock, less than one pack."""
    shop, day = some_corner(world, 2)
    at = world.moment(day, 9, 18)
    drug = next(item for item in SELDOM_KEPT if item.pack_units == 24)
    if not world.stock.is_kept(shop, drug):
        world.stock.carry_exactly(shop, drug, 6)
    twelve = replace(line(world, drug, 1, at), count=12, split=True)
    settlement = swipe(world, shop, world.people.newcomer(), at, [twelve])
    return of_settlement(settlement, hand_over(world, settlement))


def outage(world: World) -> Footprint:
    """Half a day in which sales are not uploaded, between two that are."""
    shop, day = some_corner(world, 0)
    first = world.moment(day, 10, 12)
    honest_sale(world, shop, first - soon(world))
    served = moments(world, first, OUTAGE_SETTLEMENTS, (600, 1500))
    lost = []
    for at in served:
        lines = basket(world, world.rng.sample(SHELF, 3), at)
        lost.append(swipe(world, shop, world.people.newcomer(), at, lines))
    honest_sale(world, shop, served[-1] + soon(world))
    return of_group(lost)


def never_uploads(world: World) -> Footprint:
    shop, day = world.diary.book(world.places.of(Role.UNCONNECTED_SHOP), LEAD, TAIL)
    at = world.moment(day, 9, 18)
    lines = basket(world, world.rng.sample(SHELF, 3), at)
    return of_settlement(buy(world, shop, world.people.newcomer(), at, lines))


def one_lost_upload(world: World) -> Footprint:
    """One line of one sale is missing in a busy week."""
    shop, day = some_corner(world, 1)
    served = moments(world, world.moment(day, 9, 11), CROWD, (900, 2000))
    for at in served:
        honest_sale(world, shop, at, kinds=4)
    at = served[-1] + soon(world)
    lines = basket(world, world.rng.sample(SHELF, 3), at)
    settlement = swipe(world, shop, world.people.newcomer(), at, lines)
    return of_settlement(settlement, hand_over(world, settlement, lines[1:]))


scheme = Scheme("PS-01", LEAD + TAIL + 1, plant, look_alike)
