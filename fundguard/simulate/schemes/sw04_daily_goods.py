"""SW-04 生活用品串换: rice and face cream settled as drugs."""

from fundguard.simulate.billing import basket, line
from fundguard.simulate.catalogue.drugs import CHRONIC, DAILY_GOODS, SHELF
from fundguard.simulate.places import Role
from fundguard.simulate.schemes.amounts import worth
from fundguard.simulate.schemes.footprints import of_settlement
from fundguard.simulate.schemes.ps01_empty_swipe import honest_sale, soon, unscanned
from fundguard.simulate.schemes.scheme import TAIL, Scheme
from fundguard.simulate.trade import IN_CASH, buy, hand_over, sell_for_cash, swipe
from fundguard.simulate.truth import Footprint
from fundguard.simulate.world import World

LEAD = 8


def plant(world: World, number: int) -> Footprint:
    """Drugs of the same worth are settled, and none leaves the shelf: PS-01 as well."""
    shop, day = world.diary.book(world.places.of(Role.SWIPING_SHOP), LEAD, TAIL)
    at = world.moment(day, 9, 18)
    goods = basket(world, world.rng.sample(DAILY_GOODS, 1 + number % 2), at, most=1)
    wanted = sum(sold.amount_fen for sold in goods)
    drugs = unscanned(basket(world, worth(wanted), at, most=1))
    settlement = swipe(world, shop, world.people.newcomer(), at, drugs)
    receipt = hand_over(world, settlement, goods)
    honest_sale(world, shop, at + soon(world))
    return of_settlement(settlement, receipt, also=("PS-01",))


def look_alike(world: World, number: int) -> Footprint:
    return (one_receipt, monthly_drugs, paid_in_cash)[number % 3](world)


def one_receipt(world: World) -> Footprint:
    """Drugs by insurance and goods for cash on one receipt: every drug is handed over."""
    shop, day = world.diary.book(world.places.of(Role.CORNER_SHOP), LEAD, TAIL)
    at = world.moment(day, 9, 18)
    drugs = basket(world, world.rng.sample(SHELF, 2), at)
    goods = line(world, world.rng.choice(DAILY_GOODS), 1, at)
    settlement = swipe(world, shop, world.people.newcomer(), at, drugs)
    insured = hand_over(world, settlement)
    in_cash = hand_over(world, settlement, [goods], paid=IN_CASH)
    return of_settlement(settlement, [*insured, *in_cash])


def monthly_drugs(world: World) -> Footprint:
    """A month's drugs of someone with high blood pressure and diabetes."""
    shop, day = world.diary.book(world.places.of(Role.CORNER_SHOP), LEAD, TAIL)
    at = world.moment(day, 9, 18)
    months = [line(world, item, 2, at) for item in (CHRONIC[0], CHRONIC[3], CHRONIC[4])]
    settlement = swipe(world, shop, world.people.newcomer(ages=(60, 85)), at, months)
    return of_settlement(settlement, hand_over(world, settlement))


def paid_in_cash(world: World) -> Footprint:
    """Goods bought after the drugs, on a receipt of their own."""
    shop, day = world.diary.book(world.places.of(Role.CORNER_SHOP), LEAD, TAIL)
    at = world.moment(day, 9, 18)
    drugs = basket(world, world.rng.sample(SHELF, 2), at)
    settlement = buy(world, shop, world.people.newcomer(), at, drugs)
    goods = line(world, world.rng.choice(DAILY_GOODS), 1, at + world.seconds(60, 200))
    return of_settlement(settlement, [sell_for_cash(world, shop, goods)])


scheme = Scheme("SW-04", LEAD + TAIL + 1, plant, look_alike)
