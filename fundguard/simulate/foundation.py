"""Founds the institutions of the area: enough of each class for statistics among peers."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import time
from random import Random

from fundguard.simulate.catalogue.services import ALL_SERVICES, SCARCE_DEVICES
from fundguard.simulate.places import (
    DISTANT,
    HOME,
    HOSPITALS,
    LEVELS,
    PROVINCIAL,
    SHOPS,
    WARDS,
    Doctor,
    Institution,
    Places,
    Region,
    Role,
    somewhere,
)

SCARCE = frozenset(item.device for item in SCARCE_DEVICES)
COMMON = frozenset(item.device for item in ALL_SERVICES if item.device) - SCARCE
HOURS = {
    Role.LATE_SHOP: (time(8), time(23, 30)),
    Role.NIGHT_SHOP: (time(0), time(23, 59)),
    **dict.fromkeys(HOSPITALS, (time(0), time(23, 59))),  # the emergency room never closes
}
DAYTIME = (time(8), time(21, 30))
BEDS = {
    Role.TEACHING_HOSPITAL: 1600,
    Role.HOSPITAL: 320,
    Role.SILENT_HOSPITAL: 280,
    Role.FIRST_LEVEL_HOSPITAL: 80,
}


def numbers_founded(persons: int, cases: int) -> dict[tuple[Region, Role], int]:
    """How many institutions of each kind; home has over 20 peers in every class."""
    served = max(1, persons // 20_000)
    schemes = max(6, cases // 4)
    return {
        (HOME, Role.SHOP): 24 * served,
        (HOME, Role.NIGHT_SHOP): 5 * served,
        (HOME, Role.LATE_SHOP): 2 * served,
        (HOME, Role.UNCONNECTED_SHOP): max(4, schemes // 2),
        (HOME, Role.CORNER_SHOP): 2 * schemes,
        (HOME, Role.SWIPING_SHOP): schemes + 3,
        (HOME, Role.GATHERING_SHOP): 2 * schemes,
        (HOME, Role.CLINIC): 16 * served,
        (HOME, Role.VILLAGE_CLINIC): 10 * served,
        (HOME, Role.GATHERING_CLINIC): 4,
        (HOME, Role.HOSPITAL): 24 * served,
        (HOME, Role.SILENT_HOSPITAL): 4 * served,
        (HOME, Role.FIRST_LEVEL_HOSPITAL): 4 * served,
        (HOME, Role.TEACHING_HOSPITAL): 2 * served,
        **{
            (region, role): count * served
            for region in (PROVINCIAL, DISTANT)
            for role, count in ((Role.SHOP, 8), (Role.CLINIC, 4), (Role.HOSPITAL, 4))
        },
    }


def found_places(rng: Random, persons: int, cases: int) -> Places:
    founder = Founder(rng)
    numbers = numbers_founded(persons, cases)
    return Places(
        [
            founder.found(region, role)
            for (region, role), count in numbers.items()
            for _ in range(count)
        ]
    )


@dataclass
class Founder:
    rng: Random

    def __post_init__(self) -> None:
        self._founded: Counter[str] = Counter()

    def found(self, region: Region, role: Role) -> Institution:
        letter = "P" if role in SHOPS else "H"
        self._founded[letter] += 1
        number = self._founded[letter]
        code = f"{letter}{region.admdvs}{number:05d}"
        lat, lng = somewhere(self.rng, region)
        opens, closes = HOURS.get(role, DAYTIME)
        return Institution(
            code=code,
            name=self._name(region, role, number),
            role=role,
            region=region,
            lat=lat,
            lng=lng,
            level="11" if role in SHOPS else LEVELS.get(role, "10"),
            beds=BEDS.get(role, 0),
            opens=opens,
            closes=closes,
            all_day=role is Role.NIGHT_SHOP or role in HOSPITALS,
            terminals=tuple(f"T{code[1:]}{k}" for k in range(3 if role in HOSPITALS else 2)),
            doctors=tuple(self._staff(code, role)),
            devices=self._equipment(role, number),
        )

    def _name(self, region: Region, role: Role, number: int) -> str:
        if role in SHOPS:
            return f"{region.name}第{number}大药房"
        return f"{region.name}第{number}{'医院' if role in HOSPITALS else '社区卫生服务站'}"

    def _staff(self, code: str, role: Role) -> Iterator[Doctor]:
        if role in SHOPS:
            return
        departments = WARDS * 2 if role in HOSPITALS else ("全科", "全科")
        for number, department in enumerate(departments):
            yield Doctor(f"D{code[1:]}{number:02d}", department)

    def _equipment(self, role: Role, number: int) -> frozenset[str]:
        if role not in HOSPITALS:
            return frozenset()
        scarce = sorted(SCARCE)[number % 3]
        return COMMON | ({scarce} if number % 2 else set())
