"""A synthetic fund: ordinary life, and cases planted into it with a known answer."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from fundguard.simulate import schemes
from fundguard.simulate.catalogue.drugs import CHRONIC, SHELF
from fundguard.simulate.everyday.day import live_through
from fundguard.simulate.journal import Event
from fundguard.simulate.registers import open_registers
from fundguard.simulate.schemes.scheme import Scheme, Story
from fundguard.simulate.truth import LOOK_ALIKE, PLANTED, Case, cases_of
from fundguard.simulate.world import World, found_world
from rules.discovery import discover

CASES = 30  # planted for each rule, and as many look-alikes (appendix E)
FEWEST_CASES = 3
PERSONS_FOR_ALL_CASES = 5_000  # fewer persons have fewer cases, or they would do nothing else


@dataclass(frozen=True, slots=True)
class Simulation:
    """The same numbers always tell the same story, event for event."""

    persons: int
    days: int
    seed: int
    start: date
    cases: tuple[Case, ...]

    def events(self) -> Iterator[Event]:
        """Tell the story from its beginning, in order of event time.

        One day is in memory at a time, besides what is planted or still to come of a stay.
        """
        world, _ = set_scene(self.persons, self.days, self.seed, self.start)
        yield from unfold(world)

    def last_day(self) -> date:
        return self.start + timedelta(days=self.days - 1)


def simulate(persons: int, days: int, seed: int, start: date = date(2026, 1, 1)) -> Simulation:
    """Plan a synthetic fund; a scheme whose story needs more days than there are has no cases."""
    if persons < 1 or days < 1:
        raise ValueError(f"a fund needs persons and days, not {persons} and {days}")
    _, cases = set_scene(persons, days, seed, start)
    return Simulation(persons, days, seed, start, cases)


def set_scene(persons: int, days: int, seed: int, start: date) -> tuple[World, tuple[Case, ...]]:
    """Found the area, plant every case, and fill the rest with ordinary people."""
    wanted = min(CASES, max(FEWEST_CASES, CASES * persons // PERSONS_FOR_ALL_CASES))
    world = found_world(persons, days, seed, start, wanted)
    for place in world.places.all:
        world.stock.carry(place, SHELF + CHRONIC)
    cases = tuple(
        case
        for scheme in discover(schemes, Scheme)
        if scheme.days_needed <= days
        for case in plant_all(world, scheme)
    )
    world.people.settle(max(persons - len(world.people.cast), persons // 2, 1))
    open_registers(world)
    return world, cases


def plant_all(world: World, scheme: Scheme) -> Iterator[Case]:
    stories: tuple[tuple[str, Story], ...] = (
        (PLANTED, scheme.plant),
        (LOOK_ALIKE, scheme.look_alike),
    )
    for label, story in stories:
        for number in range(world.cases):
            yield from cases_of(scheme.rule_id, label, number, story(world, number))


def unfold(world: World) -> Iterator[Event]:
    for day in world.journal.days():
        if day < world.start:
            yield from world.journal.close(day)
    for number in range(world.days):
        day = world.start + timedelta(days=number)
        live_through(world, day)
        world.stock.refill(day)
        yield from world.journal.close(day)
