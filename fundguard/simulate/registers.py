"""Registers: what the bureau knows of persons, institutions, staff, prices and groups."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta

from fundguard.simulate.billing import local_code
from fundguard.simulate.catalogue.diagnoses import ALL_GROUPS
from fundguard.simulate.catalogue.drugs import ALL_DRUGS
from fundguard.simulate.catalogue.item import Item, Tracing
from fundguard.simulate.catalogue.services import ALL_SERVICES, EVERYWHERE
from fundguard.simulate.china_time import clock, midnight
from fundguard.simulate.journal import Fields, Journal
from fundguard.simulate.money import yuan
from fundguard.simulate.people import Person
from fundguard.simulate.places import HOSPITALS, Institution
from fundguard.simulate.world import World

LONG_AGO = "2024-01-01 00:00:00"
KNOWN_BEFORE = timedelta(days=10)  # global registers precede the first claim by this much
REGISTRY = "registry"

Entry = tuple[str, str, Fields]  # kind, id, attributes


def changed(
    journal: Journal,
    moment: datetime,
    kind: str,
    entry_id: str,
    attributes: Mapping[str, object],
    valid_from: str = LONG_AGO,
    valid_to: str = "",
) -> str:
    data: Fields = {
        "kind": kind,
        "id": entry_id,
        "valid_from": valid_from,
        "attributes": dict(attributes),
    }
    if valid_to:
        data["valid_to"] = valid_to
    return journal.record("reference.changed", moment, REGISTRY, data)


def register_death(
    world: World, person: Person, died: date, told: datetime, confirmed: str, valid_to: str = ""
) -> str:
    """Note a death that became known at `told`; `confirmed` says by whom."""
    attributes = {"psn_no": person.psn_no, "die_date": died.isoformat(), "confirmed": confirmed}
    return changed(
        world.journal, told, "death", person.psn_no, attributes, midnight(died), valid_to
    )


def open_registers(world: World) -> None:
    """Publish every register that does not depend on the story."""
    moment = clock(world.start, 0) - KNOWN_BEFORE
    for kind, entry_id, attributes in entries(world):
        changed(world.journal, moment, kind, entry_id, attributes)


def entries(world: World) -> Iterator[Entry]:
    yield from map(person_entry, world.people.everyone)
    for item in (*ALL_DRUGS, *ALL_SERVICES):
        yield catalogue_entry(item)
    for group in ALL_GROUPS:
        standard = {"drg_name": group.name, "std_fee": yuan(group.standard_fen)}
        yield "drg_group", group.code, dict(standard)
    for place in world.places.all:
        yield from institution_entries(place)


def person_entry(person: Person) -> Entry:
    return "person", person.psn_no, {"gend": person.sex, "brdy": person.born.isoformat()}


def catalogue_entry(item: Item) -> Entry:
    """The contract's attributes, and three that rules on trace codes and devices read."""
    attributes: Fields = {
        "hilist_name": item.name,
        "list_type": item.list_type,
        "pric": yuan(item.price_fen),
        "convrat": item.pack_units,
        "minunt_name": "片" if item.pack_units > 1 else "次",
        "chrgitm_lv": item.pay_level,
        "med_chrgitm_type": item.charge_type,
    }
    if item.is_drug:
        attributes["drug_prod_barc"] = item.barcode
    if item.tracing is Tracing.NATIONAL and item.is_drug:
        attributes["drug_trac_prefix"] = item.trace_prefix
    if item.device:
        attributes["req_device"] = item.device
    return "catalogue_item", item.code, attributes


def institution_entries(place: Institution) -> Iterator[Entry]:
    attributes: Fields = {
        "fixmedins_name": place.name,
        "fixmedins_type": "2" if place.is_shop else "1",
        "hosp_lv": place.level,
        "admdvs": place.region.admdvs,
        "lat": place.lat,
        "lng": place.lng,
        "open_time": f"{place.opens:%H:%M}",
        "close_time": f"{place.closes:%H:%M}",
        "is_24h": "1" if place.all_day else "0",
    }
    if place.beds:
        attributes["beds"] = place.beds
    yield "institution", place.code, attributes
    for doctor in place.doctors:
        post = {"fixmedins_code": place.code, "dept": doctor.department, "title": "主治医师"}
        yield "practitioner", doctor.code, {**post, "status": "1"}
    for device in sorted(place.devices):
        owned = {"fixmedins_code": place.code, "device_name": device}
        yield "device", f"{place.code}:{device}", dict(owned)
    if place.role in HOSPITALS:
        yield from (mapping_entry(place, item, local_code(item), item.name) for item in EVERYWHERE)


def mapping_entry(
    place: Institution, item: Item, code: str, name: str, price_fen: int | None = None
) -> Entry:
    """How an institution's own item is mapped to the national one (3301)."""
    attributes: Fields = {
        "fixmedins_code": place.code,
        "medins_list_codg": code,
        "medins_list_name": name,
        "medins_pric": yuan(item.price_fen if price_fen is None else price_fen),
        "med_list_codg": item.code,
        "med_list_name": item.name,
        "pric": yuan(item.price_fen),
    }
    return "item_mapping", f"{place.code}:{code}", attributes
