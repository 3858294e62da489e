"""HO-07 住院期间门诊: the fund pays outside for someone who lies on a ward."""

from dataclasses import replace
from datetime import datetime, timedelta

from fundguard.simulate.billing import basket
from fundguard.simulate.catalogue.diagnoses import STROKE
from fundguard.simulate.catalogue.drugs import CHRONIC
from fundguard.simulate.catalogue.services import EMERGENCY_VISIT, VISIT
from fundguard.simulate.china_time import DAY, clock
from fundguard.simulate.claims import EMERGENCY, USUAL, Manner
from fundguard.simulate.people import Person
from fundguard.simulate.places import Institution, Role
from fundguard.simulate.schemes.footprints import of_settlement, of_visit
from fundguard.simulate.schemes.scheme import TAIL, Scheme
from fundguard.simulate.trade import buy
from fundguard.simulate.truth import Footprint
from fundguard.simulate.visits import ORDINARY, Occasion, Visit, attend
from fundguard.simulate.ward import Plan, Stay, hospitalise
from fundguard.simulate.world import World

LEAD, NIGHTS = 3, 8
ONLINE = Manner(online=True)


def stay_of(world: World) -> Plan:
    day = world.diary.day(LEAD, TAIL + NIGHTS)
    return Plan(
        hospital=world.rng.choice(world.places.of(Role.HOSPITAL)),
        person=world.people.newcomer(ages=(45, 80)),
        admitted=clock(day, 9) + world.seconds(0, 3600),
        discharged=clock(day + NIGHTS * DAY, 11) + world.seconds(0, 3600),
        group=STROKE,
    )


def midway(world: World, plan: Plan) -> datetime:
    return world.moment(world.rng.choice(plan.dates[2:-2]), 9, 17)


def sees_doctor(
    world: World,
    place: Institution,
    person: Person,
    at: datetime,
    occasion: Occasion = ORDINARY,
    manner: Manner = USUAL,
) -> Visit:
    fee = EMERGENCY_VISIT if occasion.med_type == EMERGENCY else VISIT
    lines = basket(world, [fee, *world.rng.sample(CHRONIC, 2)], at, most=1)
    return attend(world, place, person, at, lines, occasion, manner)


def beside(stay: Stay) -> tuple[str, ...]:
    return stay.opened, stay.closed


def another_hospital(world: World, plan: Plan) -> Institution:
    hospitals = world.places.of(Role.HOSPITAL)
    return world.rng.choice([place for place in hospitals if place is not plan.hospital])


def plant(world: World, number: int) -> Footprint:
    return (at_own_hospital, seen_online, at_a_shop)[number % 3](world)


def at_own_hospital(world: World) -> Footprint:
    """Drugs prescribed to an inpatient by the outpatient department downstairs."""
    plan = stay_of(world)
    stay = hospitalise(world, plan)
    visit = sees_doctor(world, plan.hospital, plan.person, midway(world, plan))
    return of_visit(visit, beside(stay))


def seen_online(world: World) -> Footprint:
    plan = stay_of(world)
    stay = hospitalise(world, plan)
    elsewhere = another_hospital(world, plan)
    at = midway(world, plan)
    return of_visit(sees_doctor(world, elsewhere, plan.person, at, manner=ONLINE), beside(stay))


def at_a_shop(world: World) -> Footprint:
    """Away from the ward in person: a sign of a phantom stay (HO-01) as well."""
    plan = stay_of(world)
    stay = hospitalise(world, plan)
    at = midway(world, plan)
    shop = world.rng.choice(world.places.of(Role.SHOP))
    lines = basket(world, world.rng.sample(CHRONIC, 2), at, most=1)
    bought = buy(world, shop, plan.person, at, lines)
    return of_settlement(bought, beside(stay), also=("HO-01",))


def look_alike(world: World, number: int) -> Footprint:
    return (at_the_edge, in_emergency, date_only, own_money)[number % 4](world)


def at_the_edge(world: World) -> Footprint:
    """Three hours after admission, or two before discharge."""
    plan = stay_of(world)
    stay = hospitalise(world, plan)
    edges = plan.admitted + timedelta(hours=3), plan.discharged - timedelta(hours=2)
    at = world.rng.choice(edges)
    shop = world.rng.choice(world.places.of(Role.SHOP))
    lines = basket(world, world.rng.sample(CHRONIC, 2), at, most=1)
    return of_settlement(buy(world, shop, plan.person, at, lines), beside(stay))


def in_emergency(world: World) -> Footprint:
    plan = stay_of(world)
    stay = hospitalise(world, plan)
    occasion = Occasion(EMERGENCY)
    at = midway(world, plan)
    return of_visit(sees_doctor(world, plan.hospital, plan.person, at, occasion), beside(stay))


def date_only(world: World) -> Footprint:
    """Seen on the day of admission, whose hour the ward's record does not tell."""
    plan = stay_of(world)
    plan = replace(plan, admitted=clock(plan.admitted.date(), 17, 10), by_the_day=True)
    visit = sees_doctor(world, plan.hospital, plan.person, clock(plan.admitted.date(), 14, 30))
    return of_visit(visit, beside(hospitalise(world, plan)))


def own_money(world: World) -> Footprint:
    """Ordered online and paid without the fund."""
    plan = stay_of(world)
    stay = hospitalise(world, plan)
    manner = Manner(online=True, fund_share=0.0)
    elsewhere = another_hospital(world, plan)
    at = midway(world, plan)
    return of_visit(sees_doctor(world, elsewhere, plan.person, at, manner=manner), beside(stay))


scheme = Scheme("HO-07", LEAD + NIGHTS + TAIL + 1, plant, look_alike)
