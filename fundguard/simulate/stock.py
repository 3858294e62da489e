"""What institutions that upload inventory have on their shelves, and when they buy more."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from fundguard.simulate.catalogue.item import Item
from fundguard.simulate.china_time import clock, national
from fundguard.simulate.journal import Fields, Journal
from fundguard.simulate.money import yuan
from fundguard.simulate.places import Institution

RESERVE_PACKS = 15  # a shelf is refilled before less is left, so honest trade never runs dry
REFILL_PACKS = 60
COUNTED, PURCHASED, RETURNED_TO_SUPPLIER, SOLD, TAKEN_BACK = "3501", "3503", "3504", "3505", "3506"

Shelf = tuple[str, str]  # institution, catalogue code


@dataclass
class Stock:
    rng: Random
    journal: Journal
    start: date
    _units: Counter[Shelf] = field(default_factory=Counter)  # tablets, to count split packs
    _items: dict[Shelf, Item] = field(default_factory=dict)
    _outflow: dict[date, Counter[Shelf]] = field(default_factory=dict)
    _left_alone: set[Shelf] = field(default_factory=set)

    def carry(self, place: Institution, items: Iterable[Item]) -> None:
        """Count the opening stock of items the institution keeps, once for each."""
        if place.uploads_stock:
            for item in items:
                if (place.code, item.code) not in self._items:
                    self._open(place, item, self.rng.randint(25, 70))

    def carry_exactly(self, place: Institution, item: Item, packs: int) -> None:
        """Count an opening stock that is never refilled."""
        self._open(place, item, packs)
        self._left_alone.add((place.code, item.code))

    def is_kept(self, place: Institution, item: Item) -> bool:
        return (place.code, item.code) in self._items

    def take(self, place: Institution, item: Item, units: int, day: date) -> None:
        """Book what leaves the shelf that day; negative units come back."""
        self._outflow.setdefault(day, Counter())[place.code, item.code] += units

    def refill(self, day: date) -> None:
        """Buy in the early morning what the day's sales will need."""
        for shelf, units in self._outflow.pop(day, Counter()).items():
            self._units[shelf] -= units
            item = self._items[shelf]
            scarce = self._units[shelf] < RESERVE_PACKS * item.pack_units
            if scarce and shelf not in self._left_alone:
                self._buy(shelf, item, day)

    def _open(self, place: Institution, item: Item, packs: int) -> None:
        shelf = place.code, item.code
        self._items[shelf] = item
        self._units[shelf] = packs * item.pack_units
        self._move(shelf, item, COUNTED, packs, self.start - timedelta(days=1), 20)

    def _buy(self, shelf: Shelf, item: Item, day: date) -> None:
        missing = RESERVE_PACKS - self._units[shelf] // item.pack_units
        packs = max(missing, 0) + REFILL_PACKS
        self._units[shelf] += packs * item.pack_units
        self._move(shelf, item, PURCHASED, packs, day, 5)
        if self.rng.random() < 0.02:
            self._units[shelf] -= item.pack_units
            self._move(shelf, item, RETURNED_TO_SUPPLIER, 1, day, 8)

    def _move(self, shelf: Shelf, item: Item, infno: str, packs: int, day: date, hour: int) -> None:
        moment = clock(day, hour, self.rng.randint(0, 50))
        data: Fields = {
            "fixmedins_code": shelf[0],
            "med_list_codg": item.code,
            "infno": infno,
            "cnt": packs,
            "inv_time": national(moment),
            "pric": yuan(item.price_fen * 85 // 100),
            "lot": f"L{moment:%y%m}{item.code[-3:]}",
        }
        self.journal.record("inventory.moved", moment, shelf[0], data)
