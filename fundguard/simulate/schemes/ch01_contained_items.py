"""CH-01 重复收费: an item charged beside one that contains it."""

from datetime import datetime, timedelta

from fundguard.simulate.billing import Line, line
from fundguard.simulate.catalogue.diagnoses import GASTRIC
from fundguard.simulate.catalogue.item import Item
from fundguard.simulate.catalogue.services import CONTAINING, VISIT
from fundguard.simulate.china_time import DAY, clock
from fundguard.simulate.places import Institution, Role
from fundguard.simulate.refunds import refund_of
from fundguard.simulate.schemes.footprints import of_stay, of_visit
from fundguard.simulate.schemes.scheme import TAIL, Scheme
from fundguard.simulate.truth import Footprint
from fundguard.simulate.visits import Visit, attend
from fundguard.simulate.ward import Plan, hospitalise
from fundguard.simulate.world import World

LEAD, NIGHTS = 3, 5


def pair_of(number: int) -> tuple[Item, Item]:
    return CONTAINING[number // 2 % len(CONTAINING)]


def some_hospital(world: World) -> Institution:
    return world.rng.choice(world.places.of(Role.HOSPITAL))


def some_morning(world: World) -> datetime:
    return world.moment(world.diary.day(LEAD, TAIL), 8, 11)


def visit_with(world: World, *items: Item) -> Visit:
    at = some_morning(world)
    lines = [line(world, item, 1, at + timedelta(minutes=5)) for item in (VISIT, *items)]
    return attend(world, some_hospital(world), world.people.newcomer(), at, lines)


def stay_with(world: World, charged: dict[int, tuple[Item, ...]]) -> Footprint:
    """A stay with further items on its days, counted from admission."""
    first = world.diary.day(LEAD, TAIL + NIGHTS)
    plan = Plan(
        hospital=some_hospital(world),
        person=world.people.newcomer(ages=(30, 80)),
        admitted=clock(first, 9, 30),
        discharged=clock(first + NIGHTS * DAY, 10, 30),
        group=GASTRIC,
        extra={first + number * DAY: items for number, items in charged.items()},
    )
    return of_stay(hospitalise(world, plan))


def plant(world: World, number: int) -> Footprint:
    pair = pair_of(number)
    return stay_with(world, {2: pair}) if number % 2 else of_visit(visit_with(world, *pair))


def look_alike(world: World, number: int) -> Footprint:
    whole, part = pair_of(number)
    if number % 4 == 0:
        return stay_with(world, {1: (whole,), 3: (part,)})
    if number % 4 == 1:
        return given_back(world, whole, part)
    if number % 4 == 2:
        return two_visits(world, whole, part)
    return of_visit(visit_with(world, whole, whole))  # twice the same is CH-04, not CH-01


def given_back(world: World, whole: Item, part: Item) -> Footprint:
    """The contained item was charged by mistake and refunded before settlement."""
    at = some_morning(world)
    lines: list[Line] = [line(world, item, 1, at) for item in (VISIT, whole, part)]
    lines.append(refund_of(world, lines[-1], at + timedelta(minutes=15)))
    return of_visit(attend(world, some_hospital(world), world.people.newcomer(), at, lines))


def two_visits(world: World, whole: Item, part: Item) -> Footprint:
    """The same day, but at two visits."""
    morning, person, hospital = some_morning(world), world.people.newcomer(), some_hospital(world)
    visits = [
        attend(world, hospital, person, at, [line(world, VISIT, 1, at), line(world, item, 1, at)])
        for at, item in ((morning, whole), (morning + timedelta(hours=5), part))
    ]
    first, second = visits
    return of_visit(second, (first.opened, first.charged, first.settlement.event_id))


scheme = Scheme("CH-01", LEAD + NIGHTS + TAIL + 1, plant, look_alike)
