"""Deaths, as hospitals and the registry tell of them."""

from datetime import date, datetime

from fundguard.simulate.china_time import clock, midnight
from fundguard.simulate.people import Person
from fundguard.simulate.registers import changed
from fundguard.simulate.traffic import poisson
from fundguard.simulate.world import World

DEATHS_AT_HOME_PER_PERSON_DAY = 1.3e-5  # 60 % of a crude rate of 7.9 per 1,000 and year


def deaths_at_home(world: World, day: date) -> None:
    mean = len(world.people.residents) * DEATHS_AT_HOME_PER_PERSON_DAY
    for _ in range(poisson(world.rng, mean)):
        person = world.people.someone(day)
        if person is not None:
            person.dead = True
            told = clock(day, 16) + world.seconds(86_400, 400_000)
            register_death(world, person, day, told, "registry")


def register_death(
    world: World, person: Person, died: date, told: datetime, confirmed: str
) -> str:
    """Note a death that became known at `told`; `confirmed` says by whom."""
    attributes = {
        "psn_no": person.psn_no,
        "die_date": died.isoformat(),
        "confirmed": confirmed,
    }
    return changed(world.journal, told, "death", person.psn_no, attributes, midnight(died))
