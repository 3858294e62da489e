"""Purchases and outpatient visits of ordinary people, with the usual few reversals."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from fundguard.simulate.billing import Line, basket, line
from fundguard.simulate.catalogue import diagnoses
from fundguard.simulate.catalogue.drugs import CHRONIC, SHELF
from fundguard.simulate.catalogue.item import Item
from fundguard.simulate.catalogue.services import (
    BEDSIDE,
    CLINIC_VISIT,
    EMERGENCY_VISIT,
    TESTS,
    VISIT,
)
from fundguard.simulate.china_time import DAY
from fundguard.simulate.claims import CHRONIC as CHRONIC_CARE
from fundguard.simulate.claims import EMERGENCY, FUND_SHARE, OUTPATIENT, Manner
from fundguard.simulate.people import Person
from fundguard.simulate.places import CLINICS, HOSPITALS, SHOPS, Doctor, Institution, Role
from fundguard.simulate.trade import buy, take_back
from fundguard.simulate.traffic import COUNTER_HOURS, HOSPITAL_HOURS, NIGHT_HOURS, hour_of
from fundguard.simulate.visits import Occasion, attend
from fundguard.simulate.world import World

REVERSED = 0.012  # of purchases and visits; with refunded lines of stays 1-2 % in all
RESETTLED = 0.5  # of those reversed
AT_NIGHT = 0.04  # of what a place does that is open at night
FACE_CHECKED = 0.15
ACCOUNT_ONLY = 0.3  # purchases paid from the personal account alone
REFILL_AFTER = timedelta(days=20)  # nobody collects a month's chronic drugs twice a fortnight


def purchase(world: World, person: Person, day: date) -> None:
    rng = world.rng
    shop = open_place(world, SHOPS, person, day)
    hours = NIGHT_HOURS if at_night(world, shop) else COUNTER_HOURS
    at = hour_of(rng, day, hours)
    wanted = rng.sample(SHELF + CHRONIC, rng.choices((1, 2, 3, 4), (22, 32, 26, 20))[0])
    fund_share = 0.0 if rng.random() < ACCOUNT_ONLY else FUND_SHARE
    manner = Manner(fund_share=fund_share, face_score=face(world))
    settlement = buy(world, shop, person, at, basket(world, wanted, at), manner)
    person.free_from = day + DAY
    if rng.random() < REVERSED and at.hour < 20:
        undone = at + world.seconds(300, 2000)
        take_back(world, settlement, undone, "退货")
        if rng.random() < RESETTLED:
            buy(world, shop, person, undone + world.seconds(60, 300), settlement.lines, manner)


def hospital_visit(world: World, person: Person, day: date) -> None:
    rng = world.rng
    hospital = open_place(world, HOSPITALS, person, day)
    night = rng.random() < AT_NIGHT
    at = hour_of(rng, day, NIGHT_HOURS if night else HOSPITAL_HOURS)
    doctor = rng.choice(hospital.doctors)
    fee = EMERGENCY_VISIT if night else VISIT
    items = [fee, *rng.sample(TESTS, 2), *rng.sample(SHELF, 3)]
    occasion = Occasion(
        med_type=EMERGENCY if night else OUTPATIENT, diagnosis=rng.choice(diagnoses.OUTPATIENT)
    )
    see(world, person, hospital, at, prescribed(world, items, at, doctor), occasion)


def chronic_visit(world: World, person: Person, day: date) -> None:
    rng = world.rng
    place = open_place(world, HOSPITALS, person, day)
    at = hour_of(rng, day, HOSPITAL_HOURS)
    items = [VISIT, *rng.sample(CHRONIC, 3)]
    lines = prescribed(world, items, at, rng.choice(place.doctors))
    see(world, person, place, at, lines, Occasion(CHRONIC_CARE, rng.choice(diagnoses.CHRONIC)))
    person.free_from = day + REFILL_AFTER


def clinic_visit(world: World, person: Person, day: date) -> None:
    rng = world.rng
    clinic = open_place(world, CLINICS, person, day)
    at = hour_of(rng, day, COUNTER_HOURS)
    items = [CLINIC_VISIT, rng.choice(BEDSIDE[:2]), *rng.sample(SHELF, 4)]
    lines = prescribed(world, items, at, rng.choice(clinic.doctors))
    see(world, person, clinic, at, lines, Occasion(diagnosis=rng.choice(diagnoses.OUTPATIENT)))


def see(
    world: World,
    person: Person,
    place: Institution,
    at: datetime,
    lines: Sequence[Line],
    occasion: Occasion,
) -> None:
    """Attend, and now and then have the settlement reversed."""
    manner = Manner(face_score=face(world))
    visit = attend(world, place, person, at, lines, occasion, manner)
    person.free_from = at.date() + 2 * DAY  # a night visit may end the next day
    if world.rng.random() < REVERSED and at.hour < 20:
        take_back(world, visit.settlement, visit.settlement.at + world.seconds(300, 2000), "退费")


def prescribed(world: World, items: Sequence[Item], at: datetime, doctor: Doctor) -> list[Line]:
    """Lines ordered in the course of a visit that began at `at`."""
    return [line(world, item, 1, at + timedelta(minutes=10), doctor=doctor) for item in items]


def open_place(world: World, roles: frozenset[Role], person: Person, day: date) -> Institution:
    """An institution in the person's own region that no scheme has to itself that day."""
    while True:
        place = world.places.any(world.rng, roles, person.region)
        if not world.diary.is_booked(place, day):
            return place


def at_night(world: World, place: Institution) -> bool:
    return place.all_day and world.rng.random() < AT_NIGHT


def face(world: World) -> float | None:
    """Score of a face check, where one was made; honest faces pass at 0.80."""
    if world.rng.random() >= FACE_CHECKED:
        return None
    return round(world.rng.uniform(0.86, 0.99), 3)
