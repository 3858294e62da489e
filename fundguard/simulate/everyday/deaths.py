"""Deaths at home, which only the registry tells of."""

from datetime import date

from fundguard.simulate.china_time import clock
from fundguard.simulate.registers import register_death
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
