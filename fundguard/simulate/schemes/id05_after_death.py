"""ID-05 死亡后就医: care and drugs for the dead."""

from dataclasses import replace
from datetime import datetime, timedelta

from fundguard.simulate.billing import basket
from fundguard.simulate.catalogue.diagnoses import HEART
from fundguard.simulate.catalogue.drugs import CHRONIC
from fundguard.simulate.catalogue.services import LAST_OFFICES, WARD_BED, WARD_NURSING
from fundguard.simulate.china_time import DAY, clock, national
from fundguard.simulate.claims import Settlement
from fundguard.simulate.people import Person
from fundguard.simulate.places import Role
from fundguard.simulate.registers import register_death
from fundguard.simulate.schemes.footprints import of_settlement, of_stay
from fundguard.simulate.schemes.scheme import TAIL, Scheme
from fundguard.simulate.trade import buy
from fundguard.simulate.truth import Footprint
from fundguard.simulate.ward import DEATH, Plan, hospitalise
from fundguard.simulate.world import World

LEAD, LATEST = 8, TAIL + 9
HOUR = timedelta(hours=1)


def old_person(world: World) -> Person:
    return world.people.newcomer(ages=(68, 90))


def buys(world: World, person: Person, at: datetime) -> Settlement:
    lines = basket(world, world.rng.sample(CHRONIC, 2), at)
    return buy(world, world.rng.choice(world.places.of(Role.SHOP)), person, at, lines)


def last_stay(world: World) -> Plan:
    """Five days on the ward that end in death in the afternoon."""
    died = clock(world.diary.day(LEAD, LATEST), 14) + world.seconds(0, 7200)
    return Plan(
        hospital=world.rng.choice(world.places.of(Role.HOSPITAL)),
        person=old_person(world),
        admitted=clock(died.date() - 5 * DAY, 10) + world.seconds(0, 7200),
        discharged=died,
        group=HEART,
        discharge_way=DEATH,
    )


def plant(world: World, number: int) -> Footprint:
    return (card_lives_on, told_late, bed_still_charged)[number % 3](world)


def card_lives_on(world: World) -> Footprint:
    person, died = old_person(world), world.diary.day(LEAD, LATEST)
    death = register_death(world, person, died, clock(died + DAY, 11), "registry")
    return of_settlement(buys(world, person, world.moment(died + 4 * DAY, 9, 19)), [death])


def told_late(world: World) -> Footprint:
    """The registry hears of the death after the purchase."""
    person, died = old_person(world), world.diary.day(LEAD, LATEST)
    settlement = buys(world, person, world.moment(died + 2 * DAY, 9, 19))
    death = register_death(world, person, died, clock(died + 6 * DAY, 11), "registry")
    return of_settlement(settlement, [death])


def bed_still_charged(world: World) -> Footprint:
    """Bed and nursing go on for two days after a death the hospital itself reported."""
    plan = last_stay(world)
    charged = ((24 * HOUR, WARD_BED), (25 * HOUR, WARD_NURSING), (48 * HOUR, WARD_BED))
    stay = hospitalise(world, replace(plan, afterwards=charged, settled_after=60 * HOUR))
    told = plan.discharged + HOUR
    death = register_death(world, plan.person, plan.discharged.date(), told, "hospital")
    return of_stay(stay, [death])


def look_alike(world: World, number: int) -> Footprint:
    return (settled_late, last_offices, bought_that_morning, wrong_entry)[number % 4](world)


def settled_late(world: World) -> Footprint:
    """Everything was done before the death; only the bill came after it."""
    plan = last_stay(world)
    stay = hospitalise(world, replace(plan, settled_after=world.rng.randint(20, 70) * HOUR))
    told = plan.discharged + 30 * HOUR
    return of_stay(
        stay, [register_death(world, plan.person, plan.discharged.date(), told, "registry")]
    )


def last_offices(world: World) -> Footprint:
    """The last offices are charged after death, on the day of death."""
    plan = last_stay(world)
    offices = ((2 * HOUR, LAST_OFFICES),)
    stay = hospitalise(world, replace(plan, afterwards=offices, settled_after=20 * HOUR))
    told = plan.discharged + HOUR
    return of_stay(
        stay, [register_death(world, plan.person, plan.discharged.date(), told, "hospital")]
    )


def bought_that_morning(world: World) -> Footprint:
    person, died = old_person(world), world.diary.day(LEAD, LATEST)
    settlement = buys(world, person, world.moment(died, 9, 11))
    death = register_death(world, person, died, clock(died + DAY, 11), "registry")
    return of_settlement(settlement, [death])


def wrong_entry(world: World) -> Footprint:
    """A namesake's death, entered by mistake and withdrawn before the living buys again."""
    person, died = old_person(world), world.diary.day(LEAD, LATEST)
    entered = register_death(world, person, died, clock(died + DAY, 11), "registry")
    corrected = clock(died + 3 * DAY, 11)
    withdrawn = register_death(
        world, person, died, corrected, "registry", valid_to=national(corrected)
    )
    settlement = buys(world, person, world.moment(died + 6 * DAY, 9, 19))
    return of_settlement(settlement, [entered, withdrawn])


scheme = Scheme("ID-05", LEAD + LATEST + 1, plant, look_alike)
