"""The insured: families of a region, each with a habitual credential."""

from bisect import bisect
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import accumulate
from random import Random

from fundguard.simulate.places import HOME, REGIONS, Region
from fundguard.simulate.serials import scatter

MALE, FEMALE = "1", "2"
E_CREDENTIAL, CARD = "01", "03"  # mdtrt_cert_type
FAMILY_SIZES = (1, 2, 2, 3, 3, 3, 4, 5)
ELDERLY_DEMAND = 2.6  # settlements of someone over 60 beside a young adult's


@dataclass(eq=False, slots=True)
class Person:
    psn_no: str
    sex: str
    born: date
    region: Region
    credential: str
    card_sn: str
    insurance: str  # insutype: 310 employees, 390 residents
    free_from: date = date.min  # ordinary life only: nothing happens to them before
    admissible_from: date = date.min
    dead: bool = False

    def age(self, day: date) -> int:
        birthday_ahead = (day.month, day.day) < (self.born.month, self.born.day)
        return day.year - self.born.year - birthday_ahead


@dataclass
class People:
    """All insured. A cast for the schemes is made on demand and has no other life."""

    rng: Random
    start: date
    cast: list[Person] = field(default_factory=list)
    residents: list[Person] = field(default_factory=list)
    _weights: list[float] = field(default_factory=list)

    def newcomer(
        self,
        sex: str | None = None,
        ages: tuple[int, int] = (22, 75),
        region: Region = HOME,
        credential: str | None = None,
    ) -> Person:
        """A person whose whole record will be what a scheme makes of it."""
        person = self._person(region, ages, sex)
        person.credential = credential or person.credential
        self.cast.append(person)
        return person

    def newcomers(self, count: int) -> list[Person]:
        return [self.newcomer() for _ in range(count)]

    def settle(self, count: int) -> None:
        """Fill the area with families who live ordinary lives."""
        while len(self.residents) < count:
            region = self.rng.choices(REGIONS, [region.share for region in REGIONS])[0]
            eldest = self.rng.choice(((22, 45), (30, 60), (55, 92)))
            for member in range(self.rng.choice(FAMILY_SIZES)):
                ages = eldest if member < 2 else (0, 20)
                self.residents.append(self._person(region, ages))
        del self.residents[count:]
        demand = (ELDERLY_DEMAND if p.age(self.start) >= 60 else 1.0 for p in self.residents)
        self._weights = list(accumulate(demand))

    def someone(self, day: date, at_least: int = 0) -> Person | None:
        """Draw a resident of that age who is free that day, more often an old one."""
        for _ in range(40):
            at = self.rng.random() * self._weights[-1]
            person = self.residents[bisect(self._weights, at)]
            if not person.dead and person.free_from <= day and person.age(day) >= at_least:
                return person
        return None

    @property
    def everyone(self) -> list[Person]:
        return self.cast + self.residents

    def _person(self, region: Region, ages: tuple[int, int], sex: str | None = None) -> Person:
        number = len(self.cast) + len(self.residents) + 1
        born = self.start - timedelta(days=self.rng.randint(ages[0] * 366, ages[1] * 365 + 1))
        return Person(
            psn_no=f"{region.admdvs}{scatter(number)}",
            sex=sex or self.rng.choice((MALE, FEMALE)),
            born=born,
            region=region,
            credential=self.rng.choices((E_CREDENTIAL, CARD), (0.7, 0.3))[0],
            card_sn=f"K{scatter(number)}",
            insurance="310" if self.rng.random() < 0.3 else "390",
        )
