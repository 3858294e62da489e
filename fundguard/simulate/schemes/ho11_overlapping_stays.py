"""HO-11 重叠住院: one person on two wards at once.

The second admission always falls within six hours of an edge of the first stay: any later it
would also be a presence elsewhere, and so a sign of a phantom stay (HO-01).
"""

from dataclasses import replace
from datetime import timedelta

from fundguard.simulate.catalogue.diagnoses import BIRTH, GASTRIC, HEART, LUNG, NEWBORN, POLYP
from fundguard.simulate.china_time import DAY, clock
from fundguard.simulate.claims import DAY_SURGERY, MATERNITY
from fundguard.simulate.people import FEMALE
from fundguard.simulate.places import Role
from fundguard.simulate.schemes.scheme import TAIL, Scheme
from fundguard.simulate.truth import Footprint
from fundguard.simulate.ward import TRANSFER, Plan, Stay, hospitalise
from fundguard.simulate.world import World

LEAD, NIGHTS = 3, 6
HOUR = timedelta(hours=1)


def one_stay(world: World) -> Plan:
    day = world.diary.day(LEAD, TAIL + 2 * NIGHTS)
    return Plan(
        hospital=world.rng.choice(world.places.of(Role.HOSPITAL)),
        person=world.people.newcomer(ages=(45, 80)),
        admitted=clock(day, 8, 30) + world.seconds(0, 1800),
        discharged=clock(day + NIGHTS * DAY, 15) + world.seconds(0, 1800),
        group=HEART,
    )


def elsewhere(world: World, plan: Plan) -> Plan:
    others = [p for p in world.places.of(Role.HOSPITAL) if p is not plan.hospital]
    return replace(plan, hospital=world.rng.choice(others), group=GASTRIC)


def of_both(first: Stay, second: Stay) -> Footprint:
    bill = second.settlement
    return Footprint(
        (*first.event_ids, *second.event_ids),
        bill.person.psn_no,
        bill.place.code,
        bill.mdtrt_id,
        bill.setl_id,
    )


def plant(world: World, number: int) -> Footprint:
    """Admitted twice on one day, and discharged twice on another."""
    first = one_stay(world)
    second = replace(
        elsewhere(world, first),
        admitted=first.admitted + world.seconds(2 * 3600, 5 * 3600),
        discharged=first.discharged - world.seconds(1 * 3600, 3 * 3600),
    )
    return of_both(hospitalise(world, first), hospitalise(world, second))


def look_alike(world: World, number: int) -> Footprint:
    return (transferred, discharged_late, newborn, day_ward)[number % 4](world)


def transferred(world: World) -> Footprint:
    """Moved to another hospital, which admits before the first has closed its record."""
    first = replace(one_stay(world), discharge_way=TRANSFER)
    second = replace(
        elsewhere(world, first),
        admitted=first.discharged - 5 * HOUR,
        discharged=clock(first.discharged.date() + 5 * DAY, 11),
        group=HEART,
    )
    return of_both(hospitalise(world, first), hospitalise(world, second))


def discharged_late(world: World) -> Footprint:
    """Gone after a morning, but the discharge was keyed two days later with a wrong hour."""
    first = one_stay(world)
    first = replace(
        first,
        discharged=clock(first.dates[1], 16),
        closing_keyed_after=30 * HOUR,
        cost_share=0.2,
        discharge_way=TRANSFER,
    )
    second = replace(
        elsewhere(world, first),
        admitted=first.admitted + 5 * HOUR,
        discharged=first.discharged + 4 * HOUR,
    )
    return of_both(hospitalise(world, first), hospitalise(world, second))


def newborn(world: World) -> Footprint:
    """A newborn on its mother's number."""
    birth = replace(
        one_stay(world),
        person=world.people.newcomer(FEMALE, (22, 38)),
        group=BIRTH,
        med_type=MATERNITY,
    )
    child = replace(
        birth,
        admitted=birth.admitted + 9 * HOUR,
        group=NEWBORN,
        med_type="21",
        at_admission={"nwb_flag": "1"},
        at_discharge={"nwb_flag": "1"},
    )
    return of_both(hospitalise(world, birth), hospitalise(world, child))


def day_ward(world: World) -> Footprint:
    """A course on a day ward, and a stay that begins beside it."""
    course = one_stay(world)
    course = replace(
        course, discharged=clock(course.dates[3], 11), med_type=DAY_SURGERY, group=POLYP
    )
    stay = replace(
        elsewhere(world, course),
        admitted=course.admitted + 3 * HOUR,
        discharged=course.discharged + 4 * HOUR,
        med_type="21",
        group=LUNG,
        cost_share=0.4,
    )
    return of_both(hospitalise(world, course), hospitalise(world, stay))


scheme = Scheme("HO-11", LEAD + 2 * NIGHTS + TAIL + 1, plant, look_alike)
