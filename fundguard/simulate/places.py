"""Regions, institutions and the people who work there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time
from enum import Enum, auto
from itertools import accumulate
from math import cos, radians
from random import Random


@dataclass(frozen=True, slots=True)
class Region:
    admdvs: str
    name: str
    lat: float
    lng: float
    share: float  # of the insured


# Two hundred and 575 km from home: the second by road within one province, the third by rail.
HOME = Region("330900", "舟山", 29.985, 122.207, 0.82)
PROVINCIAL = Region("330100", "杭州", 30.270, 120.160, 0.08)
DISTANT = Region("341500", "六安", 31.735, 116.520, 0.10)
REGIONS = (HOME, PROVINCIAL, DISTANT)

SPREAD_KM = 10.0  # no two institutions of a region are 30 km apart: a day's round is no journey


class Role(Enum):
    """What an institution does in the story; the events do not tell."""

    SHOP = auto()
    NIGHT_SHOP = auto()  # open day and night
    LATE_SHOP = auto()  # registered until 23:30
    UNCONNECTED_SHOP = auto()  # uploads no inventory
    CORNER_SHOP = auto()  # small, honest, where look-alikes happen
    SWIPING_SHOP = auto()  # settles what it does not sell
    GATHERING_SHOP = auto()  # collects cards
    CLINIC = auto()
    VILLAGE_CLINIC = auto()  # uploads no inventory
    GATHERING_CLINIC = auto()
    HOSPITAL = auto()  # second level
    SILENT_HOSPITAL = auto()  # second level, uploads no vital signs
    FIRST_LEVEL_HOSPITAL = auto()
    TEACHING_HOSPITAL = auto()


SHOPS = frozenset(role for role in Role if role.name.endswith("SHOP"))
CLINICS = frozenset(role for role in Role if role.name.endswith("CLINIC"))
HOSPITALS = frozenset(role for role in Role if role.name.endswith("HOSPITAL"))
LEVELS = {  # hosp_lv
    Role.TEACHING_HOSPITAL: "2",
    Role.HOSPITAL: "5",
    Role.SILENT_HOSPITAL: "5",
    Role.FIRST_LEVEL_HOSPITAL: "8",
}
STOCKLESS = HOSPITALS | {Role.UNCONNECTED_SHOP, Role.VILLAGE_CLINIC}
# Shops of the schemes have few customers of their own, so that what is planted stands out in
# every share of their trade.
TRAFFIC = {
    Role.CORNER_SHOP: 0.15,
    Role.SWIPING_SHOP: 0.15,
    Role.GATHERING_SHOP: 0.15,
    Role.GATHERING_CLINIC: 0.15,
    Role.UNCONNECTED_SHOP: 0.5,
    Role.TEACHING_HOSPITAL: 4.0,
    Role.FIRST_LEVEL_HOSPITAL: 0.6,
}
WARDS = ("呼吸内科", "神经内科", "心血管内科", "内分泌科", "消化内科", "骨科", "全科")


@dataclass(frozen=True, slots=True)
class Doctor:
    code: str
    department: str


@dataclass(eq=False, slots=True)
class Institution:
    code: str
    name: str
    role: Role
    region: Region
    lat: float
    lng: float
    level: str
    beds: int
    opens: time
    closes: time
    all_day: bool
    terminals: tuple[str, ...]
    doctors: tuple[Doctor, ...]
    devices: frozenset[str]

    @property
    def uploads_stock(self) -> bool:
        return self.role not in STOCKLESS

    @property
    def traffic(self) -> float:
        return TRAFFIC.get(self.role, 1.0)

    @property
    def is_shop(self) -> bool:
        return self.role in SHOPS

    def doctor_of(self, department: str, rng: Random) -> Doctor:
        fitting = [doctor for doctor in self.doctors if doctor.department == department]
        return rng.choice(fitting or self.doctors)


class Places:
    def __init__(self, institutions: Sequence[Institution]) -> None:
        self.all = tuple(institutions)
        self._weighted: dict[tuple[frozenset[Role], Region], Choice] = {}

    def of(self, *roles: Role, region: Region = HOME) -> tuple[Institution, ...]:
        return tuple(place for place in self.all if place.role in roles and place.region == region)

    def any(self, rng: Random, roles: frozenset[Role], region: Region) -> Institution:
        """Draw an institution as often as people go there."""
        if (roles, region) not in self._weighted:
            found = self.of(*roles, region=region)
            weights = tuple(accumulate(place.traffic for place in found))
            self._weighted[roles, region] = found, weights
        found, weights = self._weighted[roles, region]
        return rng.choices(found, cum_weights=weights)[0]


Choice = tuple[tuple[Institution, ...], tuple[float, ...]]


def somewhere(rng: Random, region: Region) -> tuple[float, float]:
    """A point within `SPREAD_KM` of the region's centre."""
    lat = region.lat + rng.uniform(-1, 1) * SPREAD_KM / 111.2
    lng = region.lng + rng.uniform(-1, 1) * SPREAD_KM / (111.3 * cos(radians(region.lat)))
    return round(lat, 5), round(lng, 5)
