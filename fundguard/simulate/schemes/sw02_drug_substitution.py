"""SW-02 串换药品: one drug settled, another one sold."""

from dataclasses import replace

from fundguard.simulate.billing import Line, line
from fundguard.simulate.catalogue.drugs import CHRONIC, SHELF, UNPAID
from fundguard.simulate.catalogue.item import Item, Tracing
from fundguard.simulate.claims import Settlement
from fundguard.simulate.places import Role
from fundguard.simulate.schemes.footprints import of_settlement
from fundguard.simulate.schemes.ps01_empty_swipe import honest_sale, soon, unscanned
from fundguard.simulate.schemes.scheme import TAIL, Scheme
from fundguard.simulate.stock import SOLD, TAKEN_BACK
from fundguard.simulate.traces import PLACEHOLDERS
from fundguard.simulate.trade import IN_CASH, hand_over, move, swipe
from fundguard.simulate.truth import Footprint
from fundguard.simulate.world import World

LEAD = 8
READABLE = [item for item in SHELF + CHRONIC if item.tracing is Tracing.NATIONAL]


def plant(world: World, number: int) -> Footprint:
    return another_drug_sold(world) if number % 2 else another_pack_scanned(world)


def another_drug_sold(world: World) -> Footprint:
    """A drug the fund does not pay leaves the shelf; what was settled stays (PS-01)."""
    shop, day = world.diary.book(world.places.of(Role.SWIPING_SHOP), LEAD, TAIL)
    at = world.moment(day, 9, 18)
    unpaid = world.rng.choice(UNPAID)
    paid = min(CHRONIC, key=lambda item: abs(3 * item.price_fen - unpaid.price_fen))
    settled = unscanned([line(world, paid, 3, at)])
    settlement = swipe(world, shop, world.people.newcomer(), at, settled)
    sold = hand_over(world, settlement, [line(world, unpaid, 1, at)])
    honest_sale(world, shop, at + soon(world))
    return of_settlement(settlement, sold, also=("PS-01",))


def another_pack_scanned(world: World) -> Footprint:
    """The right drug on paper, but the trace code is that of another product."""
    settled, given = world.rng.sample(READABLE, 2)
    return scanned_as(world, settled, (world.traces.pack(given),), Role.SWIPING_SHOP)


def scanned_as(world: World, item: Item, traces: tuple[str, ...], role: Role) -> Footprint:
    settlement = settle_scanned(world, item, traces, role)
    return of_settlement(settlement, hand_over(world, settlement))


def settle_scanned(
    world: World, item: Item, traces: tuple[str, ...], role: Role = Role.CORNER_SHOP
) -> Settlement:
    shop, day = world.diary.book(world.places.of(role), LEAD, TAIL)
    at = world.moment(day, 9, 18)
    lines: list[Line] = [replace(line(world, item, len(traces), at), traces=traces)]
    return swipe(world, shop, world.people.newcomer(), at, lines)


def look_alike(world: World, number: int) -> Footprint:
    return (gift, new_package, wrong_box_first, half_scanned)[number % 4](world)


def gift(world: World) -> Footprint:
    """A sample of another drug comes free with what was bought."""
    settlement = honest(world)
    sample = line(world, replace(world.rng.choice(UNPAID), price_fen=0), 1, settlement.at)
    bought = hand_over(world, settlement)
    free = hand_over(world, settlement, [sample], paid=IN_CASH)
    return of_settlement(settlement, [*bought, *free])


def honest(world: World) -> Settlement:
    item = world.rng.choice(CHRONIC)
    return settle_scanned(world, item, world.traces.packs(item, 2))


def new_package(world: World) -> Footprint:
    """A new package whose product number no table knows yet."""
    known = world.traces.pack(world.rng.choice(READABLE))
    return scanned_as(world, world.rng.choice(READABLE), (f"8999{known[4:]}",), Role.CORNER_SHOP)


def wrong_box_first(world: World) -> Footprint:
    """The wrong box is scanned, taken back, and the right one sold."""
    settlement = honest(world)
    wrong = line(world, world.rng.choice(UNPAID), 1, settlement.at)
    mistaken = hand_over(world, settlement, [wrong])
    undone = move(world, settlement, wrong, TAKEN_BACK, settlement.at + world.seconds(120, 300))
    right = [
        move(world, settlement, sold, SOLD, settlement.at + world.seconds(320, 500))
        for sold in settlement.lines
    ]
    return of_settlement(settlement, [*mistaken, undone, *right])


def half_scanned(world: World) -> Footprint:
    """One of two packs was not scanned, and a placeholder sent instead."""
    item = world.rng.choice(CHRONIC)
    traces = (world.traces.pack(item), world.rng.choice(PLACEHOLDERS))
    return scanned_as(world, item, traces, Role.CORNER_SHOP)


scheme = Scheme("SW-02", LEAD + TAIL + 1, plant, look_alike)
