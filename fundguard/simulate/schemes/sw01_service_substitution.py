"""SW-01 串换诊疗项目: a cheap service booked as a dear one."""

from dataclasses import dataclass

from fundguard.simulate.billing import LocalName, line
from fundguard.simulate.catalogue.item import Item
from fundguard.simulate.catalogue.services import (
    ACUPOTOMY,
    HERBAL_PATCH,
    HOLTER,
    JOINT_PUNCTURE,
    SCARCE_DEVICES,
    VISIT,
    WOUND_VACUUM,
)
from fundguard.simulate.china_time import clock
from fundguard.simulate.places import Institution, Role
from fundguard.simulate.registers import KNOWN_BEFORE, changed, mapping_entry
from fundguard.simulate.schemes.footprints import of_visit
from fundguard.simulate.schemes.scheme import TAIL, Scheme
from fundguard.simulate.truth import Footprint
from fundguard.simulate.visits import Visit, attend
from fundguard.simulate.world import World

LEAD = 2


@dataclass(frozen=True, slots=True)
class Mapping:
    """A hospital's own service and the national one it is booked as."""

    name: str
    price_fen: int
    national: Item


SUBSTITUTIONS = (
    Mapping("普通针刺", 2500, ACUPOTOMY),
    Mapping("伤口换药", 1200, WOUND_VACUUM),
    Mapping("肌肉注射", 400, JOINT_PUNCTURE),
    Mapping("体温测量", 500, HOLTER),
    Mapping("拔火罐", 2000, HERBAL_PATCH),
)
LOCAL_NAMES = (  # unlike the national name, at the national price
    Mapping("柳氏小宽针疗法", 15000, ACUPOTOMY),
    Mapping("VSD护创术", 18000, WOUND_VACUUM),
    Mapping("膝部抽液", 9600, JOINT_PUNCTURE),
    Mapping("Holter", 16800, HOLTER),
)
DISCOUNTS = (  # a third cheaper, under the national name but for one character
    Mapping("针刀治疗术", 9000, ACUPOTOMY),
    Mapping("负压封闭引流术", 11000, WOUND_VACUUM),
    Mapping("关节腔穿刺", 6000, JOINT_PUNCTURE),
)
LITTLE_DEARER = (  # another name, at three quarters of the national price
    Mapping("铍针松解", 11500, ACUPOTOMY),
    Mapping("封包热疗", 6800, HERBAL_PATCH),
)


def mapping_hospitals(world: World) -> tuple[Institution, ...]:
    return world.places.of(Role.HOSPITAL, Role.FIRST_LEVEL_HOSPITAL)


def use(world: World, hospital: Institution, item: Item, local: LocalName | None = None) -> Visit:
    """A visit at which the service is charged once."""
    at = world.moment(world.diary.day(LEAD, TAIL), 8, 16)
    doctor = world.rng.choice(hospital.doctors)
    fee = line(world, VISIT, 1, at, doctor=doctor)
    done = line(world, item, 1, at, doctor=doctor, local=local)
    return attend(world, hospital, world.people.newcomer(), at, [fee, done])


def use_mapped(world: World, number: int, mapping: Mapping) -> Footprint:
    """Map the service at one hospital, under a code of its own, and use it."""
    hospitals = mapping_hospitals(world)
    hospital = hospitals[number % len(hospitals)]
    local = LocalName(f"{world.serials.next('LX')}", mapping.name)
    kind, entry_id, attributes = mapping_entry(
        hospital, mapping.national, local.code, mapping.name, mapping.price_fen
    )
    mapped_at = clock(world.start, 0) - KNOWN_BEFORE
    mapped = changed(world.journal, mapped_at, kind, entry_id, attributes)
    return of_visit(use(world, hospital, mapping.national, local), [mapped])


def plant(world: World, number: int) -> Footprint:
    if number % 5 == 4:
        return without_device(world, number)
    return use_mapped(world, number, SUBSTITUTIONS[number % len(SUBSTITUTIONS)])


def without_device(world: World, number: int) -> Footprint:
    """A service charged where no machine for it is registered."""
    item = SCARCE_DEVICES[number // 5 % len(SCARCE_DEVICES)]
    lacking = [h for h in mapping_hospitals(world) if item.device not in h.devices]
    return of_visit(use(world, lacking[number % len(lacking)], item))


def look_alike(world: World, number: int) -> Footprint:
    if number % 4 == 3:
        return with_device(world, number)
    mappings = (LOCAL_NAMES, DISCOUNTS, LITTLE_DEARER)[number % 4]
    return use_mapped(world, number, mappings[number // 4 % len(mappings)])


def with_device(world: World, number: int) -> Footprint:
    item = SCARCE_DEVICES[number // 4 % len(SCARCE_DEVICES)]
    equipped = [h for h in mapping_hospitals(world) if item.device in h.devices]
    return of_visit(use(world, equipped[number % len(equipped)], item))


scheme = Scheme("SW-01", LEAD + TAIL + 1, plant, look_alike)
