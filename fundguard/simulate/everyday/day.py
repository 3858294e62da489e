"""One ordinary day of the area."""

from collections.abc import Callable
from datetime import date

from fundguard.simulate.everyday.counters import (
    chronic_visit,
    clinic_visit,
    hospital_visit,
    purchase,
)
from fundguard.simulate.everyday.deaths import deaths_at_home
from fundguard.simulate.everyday.stays import stay
from fundguard.simulate.people import Person
from fundguard.simulate.traffic import Kind, number_of
from fundguard.simulate.world import World

Happening = Callable[[World, Person, date], None]
HAPPENINGS: dict[Kind, tuple[Happening, int]] = {  # and the least age it happens at
    Kind.PURCHASE: (purchase, 0),
    Kind.OUTPATIENT: (hospital_visit, 0),
    Kind.CHRONIC: (chronic_visit, 35),
    Kind.CLINIC: (clinic_visit, 0),
    Kind.STAY: (stay, 18),
}


def live_through(world: World, day: date) -> None:
    """Let residents go about their day: each sees one institution at most."""
    for kind, (happening, least_age) in HAPPENINGS.items():
        for _ in range(number_of(world.rng, kind, day, len(world.people.residents))):
            person = world.people.someone(day, least_age)
            if person is not None:
                happening(world, person, day)
    deaths_at_home(world, day)
