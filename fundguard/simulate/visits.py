"""Outpatient visits: registered, charged, settled."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from fundguard.simulate.billing import Line, feedetail
from fundguard.simulate.catalogue.diagnoses import Diagnosis
from fundguard.simulate.china_time import national
from fundguard.simulate.claims import OUTPATIENT, USUAL, Bill, Manner, Settlement, settle
from fundguard.simulate.journal import Fields
from fundguard.simulate.people import Person
from fundguard.simulate.places import Doctor, Institution
from fundguard.simulate.trade import hand_over
from fundguard.simulate.world import World

COLD = Diagnosis("J06.900", "急性上呼吸道感染")


@dataclass(frozen=True, slots=True)
class Occasion:
    """Why and how a person attends."""

    med_type: str = OUTPATIENT
    diagnosis: Diagnosis = COLD
    takes: timedelta = timedelta(minutes=35)  # from registration to settlement


ORDINARY = Occasion()


@dataclass(frozen=True, slots=True)
class Visit:
    opened: str
    charged: str
    settlement: Settlement

    @property
    def event_ids(self) -> tuple[str, ...]:
        return self.opened, self.charged, self.settlement.event_id


def attend(
    world: World,
    place: Institution,
    person: Person,
    at: datetime,
    lines: Sequence[Line],
    occasion: Occasion = ORDINARY,
    manner: Manner = USUAL,
) -> Visit:
    """An outpatient visit that begins at `at`; a clinic hands its drugs over."""
    bill = Bill(place, person, lines, occasion.med_type, world.serials.next("M"))
    doctor = lines[0].doctor or world.rng.choice(place.doctors)
    opened = open_visit(world, bill, at, occasion.diagnosis, doctor, manner)
    charged = charge(world, bill, at + timedelta(seconds=occasion.takes.seconds * 7 // 10), manner)
    settlement = settle(world, bill, at + occasion.takes, manner)
    hand_over(world, settlement)
    return Visit(opened, charged, settlement)


def open_visit(
    world: World,
    bill: Bill,
    at: datetime,
    diagnosis: Diagnosis,
    doctor: Doctor,
    manner: Manner = USUAL,
    extra: Fields | None = None,
) -> str:
    person, place = bill.person, bill.place
    data: Fields = {
        "mdtrt_id": bill.mdtrt_id,
        "psn_no": person.psn_no,
        "fixmedins_code": place.code,
        "med_type": bill.med_type,
        "begntime": national(at),
        "insutype": person.insurance,
        "insuplc_admdvs": person.region.admdvs,
        "mdtrtarea_admvs": place.region.admdvs,
        "gend": person.sex,
        "brdy": person.born.isoformat(),
        "diseinfo": diseinfo(diagnosis),
        "atddr_no": doctor.code,
        "adm_dept_codg": doctor.department,
        "mdtrt_cert_type": manner.credential or person.credential,
        **(extra or {}),
    }
    if manner.keyed_at:
        data["opt_time"] = national(manner.keyed_at)
    if manner.online:
        data["is_online_visit"] = "1"
    return world.journal.record("visit.opened", at, place.code, data)


def charge(world: World, bill: Bill, at: datetime, manner: Manner = USUAL) -> str:
    data: Fields = {
        "mdtrt_id": bill.mdtrt_id,
        "psn_no": bill.person.psn_no,
        "fixmedins_code": bill.place.code,
        "feedetail": feedetail(bill.lines),
    }
    if manner.keyed_at:
        data["opt_time"] = national(manner.keyed_at)
    return world.journal.record("fees.uploaded", at, bill.place.code, data)


def diseinfo(diagnosis: Diagnosis) -> list[Fields]:
    return [
        {
            "diag_type": "1",
            "maindiag_flag": "1",
            "diag_srt_no": 1,
            "diag_code": diagnosis.code,
            "diag_name": diagnosis.name,
        }
    ]
