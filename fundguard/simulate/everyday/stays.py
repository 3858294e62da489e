"""Ordinary hospital stays; a few end in death and are settled later."""

from dataclasses import replace
from datetime import date, timedelta

from fundguard.simulate.catalogue.diagnoses import STAY_GROUPS
from fundguard.simulate.china_time import DAY, clock
from fundguard.simulate.everyday.counters import open_place
from fundguard.simulate.people import Person
from fundguard.simulate.places import HOSPITALS, Institution
from fundguard.simulate.registers import register_death
from fundguard.simulate.traffic import ADMISSION_HOURS, hour_of
from fundguard.simulate.ward import DEATH, Plan, hospitalise
from fundguard.simulate.world import World

NEXT_STAY_AFTER = timedelta(days=60)  # beyond any window in which a return is remarkable
FATAL = 0.015
REFUNDED = 0.15


def stay(world: World, person: Person, day: date) -> None:
    if person.admissible_from > day:
        return
    hospital = open_place(world, HOSPITALS, person, day)
    plan = usual_plan(world, person, hospital, day)
    if world.rng.random() < FATAL:
        die_in_hospital(world, plan)
        return
    hospitalise(world, plan)
    last = plan.discharged.date()
    person.free_from = last + 2 * DAY
    person.admissible_from = last + NEXT_STAY_AFTER


def usual_plan(world: World, person: Person, hospital: Institution, day: date) -> Plan:
    """A stay of about the group's usual length, at 55-125 % of its standard fee."""
    rng = world.rng
    group = rng.choice(STAY_GROUPS)
    nights = max(3, round(rng.gauss(group.days, 1.5)))
    leaves = clock(day + nights * DAY, rng.randint(9, 15), rng.randint(0, 59))
    return Plan(
        hospital=hospital,
        person=person,
        admitted=hour_of(rng, day, ADMISSION_HOURS),
        discharged=leaves,
        group=group,
        cost_share=rng.uniform(0.55, 1.25) * nights / group.days,
        refunded_on=day + 2 * DAY if rng.random() < REFUNDED else None,
    )


def die_in_hospital(world: World, plan: Plan) -> None:
    """The bill of the last stay is settled hours or days after the death."""
    late = timedelta(hours=world.rng.randint(3, 60))
    hospitalise(world, replace(plan, discharge_way=DEATH, settled_after=late))
    plan.person.dead = True
    died, told = plan.discharged.date(), plan.discharged + timedelta(hours=1)
    register_death(world, plan.person, died, told, "hospital")
    confirmed = told + timedelta(days=world.rng.randint(1, 5))
    register_death(world, plan.person, died, confirmed, "registry")
