"""HO-01 挂床住院: a bed is charged and nobody lies in it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

from fundguard.simulate.billing import basket
from fundguard.simulate.catalogue.diagnoses import GASTRIC, LUNG, MIND, POLYP, STAY_GROUPS
from fundguard.simulate.catalogue.drugs import SHELF
from fundguard.simulate.china_time import DAY, clock, national
from fundguard.simulate.claims import DAY_SURGERY, PER_DIEM, Manner, Settlement
from fundguard.simulate.people import Person
from fundguard.simulate.places import DISTANT, HOME, Institution, Region, Role
from fundguard.simulate.registers import changed
from fundguard.simulate.schemes.footprints import of_stay
from fundguard.simulate.schemes.scheme import TAIL, Scheme
from fundguard.simulate.trade import buy
from fundguard.simulate.truth import Footprint
from fundguard.simulate.ward import Plan, hospitalise
from fundguard.simulate.world import World

LEAD = 14  # neighbours lie on the wards before, so that missing vital signs mean something
LONGEST = 13
ACCOUNT_ONLY = Manner(fund_share=0.0)  # not paid by the fund: no case of HO-07


def usual_stay(world: World, hospital: Institution, nights: int = 8) -> Plan:
    first = world.diary.day(LEAD, TAIL + LONGEST)
    return Plan(
        hospital=hospital,
        person=world.people.newcomer(ages=(30, 80)),
        admitted=clock(first, 9) + world.seconds(0, 7200),
        discharged=clock(first + nights * DAY, 10) + world.seconds(0, 7200),
        group=LUNG,
    )


def days_of(plan: Plan, *numbers: int) -> frozenset[date]:
    return frozenset(plan.dates[number] for number in numbers)


def neighbours(world: World, plan: Plan) -> None:
    """Two honest stays at the same hospital in the fortnight before."""
    for _ in range(2):
        begins = plan.dates[0] - world.rng.randint(8, 12) * DAY
        other = replace(
            plan,
            person=world.people.newcomer(ages=(30, 80)),
            admitted=clock(begins, 10),
            discharged=clock(begins + 5 * DAY, 11),
            group=world.rng.choice(STAY_GROUPS),
            cost_share=0.6,
            idle=frozenset(),
            away=frozenset(),
        )
        hospitalise(world, other)


def seen_outside(world: World, person: Person, day: date, region: Region) -> Settlement:
    at = world.moment(day, 13, 18)
    shop = world.rng.choice(world.places.of(Role.SHOP, region=region))
    lines = basket(world, world.rng.sample(SHELF, 2), at, most=1)
    return buy(world, shop, person, at, lines, ACCOUNT_ONLY)


def plant(world: World, number: int) -> Footprint:
    """Four days with bed and nursing but no treatment and no vital signs."""
    hospitals = world.places.of(Role.HOSPITAL)[:6]
    plan = usual_stay(world, hospitals[number % len(hospitals)])
    plan = replace(plan, idle=days_of(plan, 2, 3, 4, 5), cost_share=0.6)
    neighbours(world, plan)
    stay = hospitalise(world, plan)
    if number % 2 == 0:
        return of_stay(stay)
    region = (DISTANT, HOME)[number // 2 % 2]
    outside = seen_outside(world, plan.person, plan.dates[4], region)
    return of_stay(stay, [outside.event_id])


def look_alike(world: World, number: int) -> Footprint:
    tales: tuple[Callable[[World, Institution], Footprint], ...] = (
        *(day_surgery, on_leave, short_stay),
        *(silent_hospital, per_diem, only_watched),
    )
    hospitals = world.places.of(Role.HOSPITAL)[:6]
    hospital = hospitals[number % len(hospitals)]
    return tales[number % len(tales)](world, hospital)


def day_surgery(world: World, hospital: Institution) -> Footprint:
    plan = usual_stay(world, hospital, nights=4)
    plan = replace(plan, med_type=DAY_SURGERY, group=POLYP, idle=days_of(plan, 1, 2, 3))
    return of_stay(hospitalise(world, plan))


def on_leave(world: World, hospital: Institution) -> Footprint:
    """Home for four days with approval and without a bed fee, and seen at a shop there."""
    plan = usual_stay(world, hospital)
    plan = replace(plan, away=days_of(plan, 2, 3, 4, 5), cost_share=0.6)
    neighbours(world, plan)
    stay = hospitalise(world, plan)
    leaves, returns = clock(plan.dates[1], 21), clock(plan.dates[6], 7)
    attributes = {
        "psn_no": plan.person.psn_no,
        "fixmedins_code": hospital.code,
        "approved": "1",
    }
    leave = changed(
        world.journal,
        leaves - timedelta(hours=3),
        "leave",
        stay.settlement.mdtrt_id,
        attributes,
        national(leaves),
        national(returns),
    )
    outside = seen_outside(world, plan.person, plan.dates[4], HOME)
    return of_stay(stay, [leave, outside.event_id])


def short_stay(world: World, hospital: Institution) -> Footprint:
    plan = usual_stay(world, hospital, nights=2)
    plan = replace(plan, group=GASTRIC, idle=days_of(plan, 1), cost_share=0.3)
    return of_stay(hospitalise(world, plan))


def silent_hospital(world: World, hospital: Institution) -> Footprint:
    """Two quiet days at a hospital that never uploads vital signs."""
    silent = world.places.of(Role.SILENT_HOSPITAL)
    plan = usual_stay(world, world.rng.choice(silent))
    plan = replace(plan, idle=days_of(plan, 3, 4), cost_share=0.7)
    return of_stay(hospitalise(world, plan))


def per_diem(world: World, hospital: Institution) -> Footprint:
    """Five idle days on a psychiatric ward, where seven are the limit."""
    plan = usual_stay(world, hospital, nights=12)
    plan = replace(
        plan, med_type=PER_DIEM, group=MIND, idle=days_of(plan, 3, 4, 5, 6, 7), cost_share=0.4
    )
    neighbours(world, plan)
    return of_stay(hospitalise(world, plan))


def only_watched(world: World, hospital: Institution) -> Footprint:
    """Three days of observation: no treatment, but vital signs every morning."""
    plan = usual_stay(world, hospital)
    plan = replace(plan, idle=days_of(plan, 3, 4, 5), watched=True, cost_share=0.7)
    return of_stay(hospitalise(world, plan))


scheme = Scheme("HO-01", LEAD + LONGEST + TAIL + 1, plant, look_alike)
