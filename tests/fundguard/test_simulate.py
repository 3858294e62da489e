import gzip
import json
from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import date
from itertools import pairwise
from pathlib import Path

import orjson
import pytest

from domain.decode import decode
from fundguard.simulate import Simulation, schemes, simulate, write
from fundguard.simulate.catalogue.drugs import ALL_DRUGS, MEN_ONLY, WOMEN_ONLY
from fundguard.simulate.catalogue.services import ALL_SERVICES, CONTAINING
from fundguard.simulate.journal import Event
from fundguard.simulate.schemes.scheme import Scheme
from fundguard.simulate.simulation import FEWEST_CASES
from fundguard.simulate.truth import COLUMNS, LOOK_ALIKE, PLANTED
from rules.discovery import discover
from tests.published import batches

RULES = {
    *("ID-01", "ID-02", "ID-04", "ID-05", "PS-01", "PS-02", "PS-03"),
    *("HO-01", "HO-05", "HO-07", "HO-11", "SW-01", "SW-02", "SW-04"),
    *("CH-01", "CH-14", "DT-01"),
}


@pytest.fixture(scope="module")
def small() -> Simulation:
    return simulate(persons=250, days=50, seed=7)


@pytest.fixture(scope="module")
def events(small: Simulation) -> list[Event]:
    return list(small.events())


def data_of(event: Event) -> Mapping[str, object]:
    data = event["data"]
    assert isinstance(data, dict)
    return data


def named(events: list[Event], name: str) -> list[Mapping[str, object]]:
    return [data_of(event) for event in events if event["type"] == f"cn.fundguard.{name}.v1"]


def lines_of(data: Mapping[str, object]) -> list[Mapping[str, object]]:
    lines = data.get("feedetail", [])
    assert isinstance(lines, list)
    return lines


def test_the_same_seed_writes_the_same_bytes(tmp_path: Path) -> None:
    for folder in ("one", "other"):
        write(simulate(persons=60, days=30, seed=3), tmp_path / folder)
    for name in ("events.jsonl.zst", "truth.csv"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "other" / name).read_bytes()


def test_a_story_can_be_told_twice(small: Simulation, events: list[Event]) -> None:
    assert orjson.dumps(list(small.events())) == orjson.dumps(events)


def test_another_seed_tells_another_story() -> None:
    one, other = (simulate(persons=60, days=15, seed=seed) for seed in (1, 2))
    assert list(one.events()) != list(other.events())


def test_every_event_is_read_by_the_decoder(events: list[Event]) -> None:
    read = [decode(orjson.dumps(event)) for event in events]
    assert [one.event_id for one in read] == [event["id"] for event in events]


def test_events_come_in_order_of_time_under_unique_ids(events: list[Event]) -> None:
    times = [str(event["time"]) for event in events]
    assert all(earlier <= later for earlier, later in pairwise(times))
    assert len({event["id"] for event in events}) == len(events)


def test_registers_precede_the_first_claim(small: Simulation, events: list[Event]) -> None:
    known = {data["kind"] for data in named(events[:2000], "reference.changed")}
    assert {"person", "institution", "practitioner", "catalogue_item"} < known
    assert {"item_mapping", "drg_group", "device"} < known
    assert all(str(event["time"]) < small.start.isoformat() for event in events[:2000])


def test_every_code_and_institution_is_registered(events: list[Event]) -> None:
    registers = defaultdict(set)
    for entry in named(events, "reference.changed"):
        registers[entry["kind"]].add(entry["id"])
    claims, fees = named(events, "claim.settled"), named(events, "fees.uploaded")
    used = {line["med_list_codg"] for data in claims + fees for line in lines_of(data)}
    assert used <= registers["catalogue_item"]
    assert {data["fixmedins_code"] for data in claims + fees} <= registers["institution"]
    assert {data["psn_no"] for data in claims + fees} <= registers["person"]


def test_every_rule_has_planted_cases_and_at_least_as_many_look_alikes(small: Simulation) -> None:
    own = Counter((case.rule_id, case.label) for case in small.cases if "+" not in case.case_id)
    assert {rule_id for rule_id, _ in own} == RULES
    for rule_id in RULES:
        assert own[rule_id, PLANTED] >= FEWEST_CASES
        assert own[rule_id, LOOK_ALIKE] >= own[rule_id, PLANTED]


def test_a_large_fund_has_thirty_cases_of_everything() -> None:
    own = Counter((case.rule_id, case.label) for case in simulate(5000, 60, seed=1).cases)
    assert min(own.values()) >= 30


def test_the_truth_names_events_that_happened(small: Simulation, events: list[Event]) -> None:
    happened = {event["id"] for event in events}
    for case in small.cases:
        assert case.footprint.event_ids
        assert set(case.footprint.event_ids) <= happened, case.case_id


def test_every_case_ends_days_before_the_story_does(small: Simulation, events: list[Event]) -> None:
    told = {event["id"]: str(event["time"])[:10] for event in events}
    last = max(told[event] for case in small.cases for event in case.footprint.event_ids)
    assert (small.last_day() - date.fromisoformat(last)).days >= 4


def test_schemes_have_one_rule_each() -> None:
    found = [scheme.rule_id for scheme in discover(schemes, Scheme)]
    assert sorted(found) == sorted(RULES)


def test_a_short_story_holds_only_the_schemes_it_has_room_for() -> None:
    assert simulate(persons=50, days=5, seed=1).cases == ()


def test_ordinary_life_has_the_published_mix() -> None:
    events = list(simulate(persons=8000, days=7, seed=5).events())
    kinds = Counter(str(data["med_type"]) for data in named(events, "claim.settled"))
    visits = Counter(str(data["med_type"]) for data in named(events, "visit.opened"))
    clinics = clinic_codes(events)
    at_clinics = sum(data["fixmedins_code"] in clinics for data in named(events, "visit.opened"))
    begun = sum(visits.values()) + kinds["41"]
    assert kinds["41"] / begun == pytest.approx(0.47, abs=0.04)
    assert visits["140104"] / begun == pytest.approx(0.05, abs=0.02)
    assert visits["21"] / begun == pytest.approx(0.054, abs=0.02)
    assert at_clinics / begun == pytest.approx(0.076, abs=0.02)
    assert begun / 8000 / 7 == pytest.approx(0.0211, rel=0.12)


def clinic_codes(events: list[Event]) -> set[object]:
    places = [e for e in named(events, "reference.changed") if e["kind"] == "institution"]
    return {e["id"] for e in places if '"hosp_lv":"10"' in orjson.dumps(e).decode()}


def test_shelves_never_run_empty(events: list[Event]) -> None:
    signs = {"3501": 1, "3503": 1, "3504": -1, "3505": -1, "3506": 1}
    units = {item.code: item.pack_units for item in ALL_DRUGS}
    balance: Counter[tuple[object, object]] = Counter()
    for move in named(events, "inventory.moved"):
        of_one = 1 if move.get("trdn_flag") == "1" else units.get(str(move["med_list_codg"]), 1)
        shelf = move["fixmedins_code"], move["med_list_codg"]
        balance[shelf] += signs[str(move["infno"])] * int(str(move["cnt"])) * of_one
        assert balance[shelf] >= 0


def test_there_are_peers_enough_for_statistics(events: list[Event]) -> None:
    peers: Counter[tuple[object, object]] = Counter()
    for entry in named(events, "reference.changed"):
        attributes = entry["attributes"]
        if entry["kind"] == "institution" and isinstance(attributes, dict):
            peers[attributes["admdvs"], attributes["hosp_lv"]] += 1
    assert peers["330900", "11"] >= 30
    assert peers["330900", "10"] >= 24
    assert peers["330900", "5"] >= 24


def test_progress_counts_the_days(tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    write(simulate(40, 10, seed=1), tmp_path, lambda done, total: seen.append((done, total)))
    assert seen[-1] == (10, 10)
    assert (tmp_path / "truth.csv").read_text().splitlines()[0] == ",".join(COLUMNS)


@pytest.mark.parametrize(("persons", "days"), [(0, 10), (10, 0)])
def test_a_fund_needs_persons_and_days(persons: int, days: int) -> None:
    with pytest.raises(ValueError, match="needs persons and days"):
        simulate(persons, days, seed=1)


def test_honest_codes_are_in_no_published_list() -> None:
    published = {
        code
        for batch in batches()
        for point in json.loads(gzip.decompress(batch.read_bytes()))
        for code in point["med_codes"]
    }
    meant = {item.code for item in (*WOMEN_ONLY, *MEN_ONLY, *(i for p in CONTAINING for i in p))}
    assert {item.code for item in (*ALL_DRUGS, *ALL_SERVICES)} & published == meant
