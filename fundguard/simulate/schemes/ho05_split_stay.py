"""HO-05 分解住院: one illness, two stays, because the first had used up its group's standard."""

from collections.abc import Sequence
from dataclasses import replace

from fundguard.simulate.catalogue.diagnoses import CHEMO, EYE, FRACTURE, LUNG
from fundguard.simulate.catalogue.services import CATARACT, CHEMOTHERAPY
from fundguard.simulate.china_time import DAY, clock
from fundguard.simulate.claims import ADMITTED_FROM_EMERGENCY
from fundguard.simulate.journal import Fields
from fundguard.simulate.places import Role
from fundguard.simulate.schemes.scheme import TAIL, Scheme
from fundguard.simulate.truth import Footprint
from fundguard.simulate.ward import AGAINST_ADVICE, TRANSFER, Plan, Stay, hospitalise
from fundguard.simulate.world import World

LEAD = 2
NIGHTS, SECOND_NIGHTS = 7, 4
LONG_GAP = 19
SPAN = NIGHTS + LONG_GAP + SECOND_NIGHTS


def first_stay(world: World, span: int) -> Plan:
    """A stay ended by order at 94-102 % of the group's standard fee."""
    day = world.diary.day(LEAD, TAIL + span)
    return Plan(
        hospital=world.rng.choice(world.places.of(Role.HOSPITAL)),
        person=world.people.newcomer(ages=(45, 80)),
        admitted=clock(day, 9) + world.seconds(0, 7200),
        discharged=clock(day + NIGHTS * DAY, 10) + world.seconds(0, 7200),
        group=LUNG,
        cost_share=world.rng.uniform(0.94, 1.02),
    )


def return_after(plan: Plan, gap_days: int, nights: int = SECOND_NIGHTS) -> Plan:
    back = plan.discharged.date() + gap_days * DAY
    return replace(
        plan,
        admitted=clock(back, 14, 20),
        discharged=clock(back + nights * DAY, 11, 10),
        cost_share=0.55,
    )


def two_stays(world: World, first: Plan, second: Plan) -> Footprint:
    return of_stays([hospitalise(world, first), hospitalise(world, second)])


def of_stays(stays: Sequence[Stay]) -> Footprint:
    """A case about the last of a person's stays."""
    last = stays[-1].settlement
    return Footprint(
        event_ids=tuple(event for stay in stays for event in stay.event_ids),
        psn_no=last.person.psn_no,
        fixmedins_code=last.place.code,
        mdtrt_id=last.mdtrt_id,
        setl_id=last.setl_id,
    )


def plant(world: World, number: int) -> Footprint:
    first = first_stay(world, SPAN - LONG_GAP + 6)
    return two_stays(world, first, return_after(first, 2 + number % 5))


def look_alike(world: World, number: int) -> Footprint:
    tales = (
        *(chemotherapy, from_emergency, sent_on, another_illness),
        *(weeks_later, second_eye, dense_chemotherapy),
    )
    return tales[number % len(tales)](world)


def chemotherapy(world: World) -> Footprint:
    """Every 21 days, where the simulated period is long enough, else every 14."""
    return cycles(world, 21 if world.days >= 60 else 14)


def dense_chemotherapy(world: World) -> Footprint:
    """A cycle so short that each return falls within a week."""
    return cycles(world, 9)


def cycles(world: World, every_days: int) -> Footprint:
    nights = 2
    start = world.diary.day(LEAD, TAIL + 2 * every_days + nights)
    stays = []
    first = first_stay(world, SPAN)
    for begins in (start + k * every_days * DAY for k in range(3)):
        plan = replace(
            first,
            admitted=clock(begins, 9, 40),
            discharged=clock(begins + nights * DAY, 11),
            group=CHEMO,
            cost_share=0.95,
            extra={begins + DAY: (CHEMOTHERAPY,)},
        )
        stays.append(hospitalise(world, plan))
    return of_stays(stays)


def from_emergency(world: World) -> Footprint:
    first = first_stay(world, SPAN)
    again = return_after(first, 3)
    return two_stays(world, first, replace(again, med_type=ADMITTED_FROM_EMERGENCY))


def sent_on(world: World) -> Footprint:
    """Sent to another hospital, or gone against advice, and soon back."""
    way = world.rng.choice((TRANSFER, AGAINST_ADVICE))
    first = replace(first_stay(world, SPAN), discharge_way=way)
    return two_stays(world, first, return_after(first, 4))


def another_illness(world: World) -> Footprint:
    first = first_stay(world, SPAN)
    return two_stays(world, first, replace(return_after(first, 4), group=FRACTURE))


def weeks_later(world: World) -> Footprint:
    first = first_stay(world, SPAN)
    return two_stays(world, first, return_after(first, LONG_GAP))


def second_eye(world: World) -> Footprint:
    """One eye after the other, as announced when the first was done."""
    operation: Fields = {
        "oprninfo": [{"oprn_oprt_code": "13.4100x001", "oprn_oprt_name": "白内障超声乳化抽吸术"}]
    }
    announced: Fields = {
        **operation,
        "days_rinp_flag_31": "1",
        "days_rinp_pup_31": "对侧眼白内障手术",
    }
    first = first_stay(world, SPAN)
    first = replace(
        first,
        discharged=clock(first.dates[2], 10, 30),
        group=EYE,
        extra={first.dates[1]: (CATARACT,)},
        at_discharge=announced,
    )
    second = return_after(first, 6, nights=2)
    second = replace(second, cost_share=0.95, extra={second.dates[1]: (CATARACT,)})
    return two_stays(world, first, replace(second, at_discharge=operation))


scheme = Scheme("HO-05", LEAD + SPAN + TAIL + 1, plant, look_alike)
