"""Everything a story can touch: people, places, the journal, and a seeded source of chance."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from fundguard.simulate.china_time import clock
from fundguard.simulate.diary import Diary
from fundguard.simulate.foundation import found_places
from fundguard.simulate.journal import Journal
from fundguard.simulate.people import People
from fundguard.simulate.places import Places
from fundguard.simulate.serials import Serials
from fundguard.simulate.stock import Stock
from fundguard.simulate.traces import TraceCodes


@dataclass
class World:
    rng: Random
    start: date
    days: int
    cases: int  # planted for each rule, and as many look-alikes
    people: People
    places: Places
    journal: Journal
    serials: Serials
    traces: TraceCodes
    stock: Stock
    diary: Diary

    def moment(self, day: date, earliest: int, latest: int) -> datetime:
        """Some second of the day, in `[earliest, latest)` hours."""
        seconds = self.rng.randrange(earliest * 3600, latest * 3600)
        return clock(day, 0) + timedelta(seconds=seconds)

    def seconds(self, low: int, high: int) -> timedelta:
        return timedelta(seconds=self.rng.randint(low, high))


def found_world(persons: int, days: int, seed: int, start: date, cases: int) -> World:
    rng = Random(seed)
    journal = Journal(seed)
    return World(
        rng=rng,
        start=start,
        days=days,
        cases=cases,
        people=People(rng, start),
        places=found_places(rng, persons, cases),
        journal=journal,
        serials=Serials(),
        traces=TraceCodes(),
        stock=Stock(rng, journal, start),
        diary=Diary(rng, start, days),
    )
