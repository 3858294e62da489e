"""Days that a scheme keeps an institution to itself."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from fundguard.simulate.places import Institution


@dataclass
class Diary:
    rng: Random
    start: date
    days: int
    _booked: set[tuple[str, date]] = field(default_factory=set)

    @property
    def last(self) -> date:
        return self.start + timedelta(days=self.days - 1)

    def day(self, lead: int, tail: int) -> date:
        """Draw a day with at least `lead` days of story before it and `tail` after."""
        return self.start + timedelta(days=self.rng.randint(lead, self.days - 1 - tail))

    def is_booked(self, place: Institution, day: date) -> bool:
        return (place.code, day) in self._booked

    def book(
        self, places: Sequence[Institution], lead: int, tail: int, span: int = 1
    ) -> tuple[Institution, date]:
        """Reserve `span` free days at one of the places, or share a day where none is free."""
        for _ in range(200):
            place, first = self.rng.choice(places), self.day(lead, tail + span - 1)
            wanted = {(place.code, first + timedelta(days=k)) for k in range(span)}
            if not wanted & self._booked:
                break
        self._booked |= wanted
        return place, first
