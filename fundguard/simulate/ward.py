"""A hospital stay, told day by day: lines uploaded every evening, vital signs every morning."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from fundguard.simulate.billing import Line, feedetail, line, total_fen
from fundguard.simulate.care import treatment
from fundguard.simulate.catalogue.diagnoses import Group
from fundguard.simulate.catalogue.item import Item
from fundguard.simulate.catalogue.services import WARD_BED, WARD_NURSING, WARD_ROUND
from fundguard.simulate.china_time import DAY, clock, national
from fundguard.simulate.claims import INPATIENT, Bill, Manner, Settlement, settle
from fundguard.simulate.journal import Fields
from fundguard.simulate.people import Person
from fundguard.simulate.places import Doctor, Institution, Role
from fundguard.simulate.refunds import refund_of
from fundguard.simulate.visits import diseinfo, open_visit
from fundguard.simulate.world import World

BY_ORDER, TRANSFER, AGAINST_ADVICE, DEATH = "1", "2", "4", "5"  # dscg_way
INPATIENT_FUND_SHARE = 0.7


@dataclass(frozen=True, slots=True)
class Plan:
    """A stay as it will be recorded; the schemes bend one field or another."""

    hospital: Institution
    person: Person
    admitted: datetime
    discharged: datetime
    group: Group
    cost_share: float = 0.8  # of the group's standard fee
    med_type: str = INPATIENT
    discharge_way: str = BY_ORDER
    idle: frozenset[date] = frozenset()  # bed and nursing are charged, nothing is done
    away: frozenset[date] = frozenset()  # nothing is charged
    watched: bool = False  # vital signs are recorded on idle days too
    by_the_day: bool = False  # times of admission and discharge are dates only
    settled_after: timedelta = timedelta(minutes=40)
    closing_keyed_after: timedelta = timedelta()
    at_admission: Fields = field(default_factory=dict)
    at_discharge: Fields = field(default_factory=dict)
    extra: Mapping[date, tuple[Item, ...]] = field(default_factory=dict)
    afterwards: tuple[tuple[timedelta, Item], ...] = ()  # charged so long after the end
    refunded_on: date | None = None  # a drug of the day before is given back

    @property
    def dates(self) -> list[date]:
        first = self.admitted.date()
        return [first + k * DAY for k in range((self.discharged.date() - first).days + 1)]

    def is_treated(self, day: date) -> bool:
        return day not in self.idle and day not in self.away


@dataclass(frozen=True, slots=True)
class Stay:
    opened: str
    fees: Mapping[date, str]
    belated: tuple[str, ...]  # fees uploaded after the end
    vitals: tuple[str, ...]
    closed: str
    settlement: Settlement

    @property
    def event_ids(self) -> tuple[str, ...]:
        fees = (*self.fees.values(), *self.belated)
        return (self.opened, *fees, self.closed, self.settlement.event_id)


def hospitalise(world: World, plan: Plan) -> Stay:
    doctor = plan.hospital.doctor_of(plan.group.department, world.rng)
    bed = f"{plan.group.code}-{world.serials.next('')[-4:]}"
    lines = ward_lines(world, plan, doctor)
    late = [line(world, item, 1, plan.discharged + after) for after, item in plan.afterwards]
    everything = [charged for day in lines.values() for charged in day] + late
    mdtrt_id = world.serials.next("M")
    bill = Bill(plan.hospital, plan.person, everything, plan.med_type, mdtrt_id)
    opened = admit(world, plan, bill, doctor, bed)
    fees = {
        day: upload(world, plan, mdtrt_id, day, of_day) for day, of_day in lines.items() if of_day
    }
    belated = tuple(upload_late(world, plan, mdtrt_id, charged) for charged in late)
    vitals = tuple(watch(world, plan, mdtrt_id, bed))
    closed = discharge(world, plan, mdtrt_id)
    settled_at = plan.discharged + plan.settled_after
    manner = Manner(fund_share=INPATIENT_FUND_SHARE)
    settlement = settle(world, bill, settled_at, manner, {"drg_codg": plan.group.code})
    file_record(world, plan, settlement)
    return Stay(opened, fees, belated, vitals, closed, settlement)


def ward_lines(world: World, plan: Plan, doctor: Doctor) -> dict[date, list[Line]]:
    """Every day's lines; treatment fills what the stay costs beyond bed, nursing and rounds."""
    lines = {day: daily_lines(world, plan, day, doctor) for day in plan.dates}
    left = round(plan.group.standard_fen * plan.cost_share)
    left -= sum(total_fen(of_day) for of_day in lines.values())
    treated = [day for day in plan.dates if plan.is_treated(day)]
    for number, day in enumerate(treated):
        at = hour_of_care(plan, day)
        done = list(treatment(world, left // (len(treated) - number), at, doctor))
        left -= total_fen(done)
        lines[day] += done
    if plan.refunded_on:
        lines[plan.refunded_on] += refunds(world, plan, lines, plan.refunded_on)
    return lines


def refunds(
    world: World, plan: Plan, lines: Mapping[date, list[Line]], day: date
) -> Iterator[Line]:
    for charged in lines[day - DAY]:
        if charged.item.is_drug:
            yield refund_of(world, charged, hour_of_care(plan, day))
            return


def daily_lines(world: World, plan: Plan, day: date, doctor: Doctor) -> list[Line]:
    at = hour_of_care(plan, day)
    charged: list[Item] = []
    if day not in plan.away and day != plan.discharged.date():  # the last day is not counted
        charged += [WARD_BED, WARD_NURSING]
        charged += [WARD_ROUND] if plan.is_treated(day) else []
    charged += plan.extra.get(day, ())
    return [line(world, item, 1, at, doctor=doctor) for item in charged]


def hour_of_care(plan: Plan, day: date) -> datetime:
    """Mid-morning, but not before admission nor after discharge."""
    nine = clock(day, 9, 10)
    if day == plan.admitted.date():
        return max(nine, plan.admitted + timedelta(minutes=30))
    if day == plan.discharged.date():
        return min(nine, plan.discharged - timedelta(minutes=30))
    return nine


def admit(world: World, plan: Plan, bill: Bill, doctor: Doctor, bed: str) -> str:
    extra: Fields = {"adm_bed": bed, **plan.at_admission}
    if plan.by_the_day:
        extra["begntime"] = plan.admitted.date().isoformat()
    return open_visit(world, bill, plan.admitted, plan.group.diagnosis, doctor, extra=extra)


def upload(world: World, plan: Plan, mdtrt_id: str, day: date, lines: list[Line]) -> str:
    """Send a day's lines that evening, and those of the last day before the patient leaves."""
    moment = clock(day, 20) + world.seconds(0, 5400)
    if day == plan.discharged.date():
        moment = max(charged.at for charged in lines) + timedelta(minutes=10)
    return send(world, plan, mdtrt_id, moment, lines)


def upload_late(world: World, plan: Plan, mdtrt_id: str, charged: Line) -> str:
    return send(world, plan, mdtrt_id, charged.at + timedelta(minutes=10), [charged])


def send(world: World, plan: Plan, mdtrt_id: str, moment: datetime, lines: list[Line]) -> str:
    data: Fields = {
        "mdtrt_id": mdtrt_id,
        "psn_no": plan.person.psn_no,
        "fixmedins_code": plan.hospital.code,
        "feedetail": feedetail(lines),
    }
    return world.journal.record("fees.uploaded", moment, plan.hospital.code, data)


def watch(world: World, plan: Plan, mdtrt_id: str, bed: str) -> Iterator[str]:
    """Vital signs (4602) of each morning, where the hospital uploads them."""
    if plan.hospital.role is Role.SILENT_HOSPITAL:
        return
    for day in plan.dates:
        moment = clock(day, 7) + world.seconds(0, 3000)
        if day == plan.admitted.date():
            moment = plan.admitted + timedelta(minutes=25)
        seen = plan.is_treated(day) or (plan.watched and day not in plan.away)
        if seen and moment < plan.discharged:
            yield record_vitals(world, plan, mdtrt_id, bed, moment)


def record_vitals(world: World, plan: Plan, mdtrt_id: str, bed: str, moment: datetime) -> str:
    rng = world.rng
    data: Fields = {
        "mdtrt_id": mdtrt_id,
        "psn_no": plan.person.psn_no,
        "fixmedins_code": plan.hospital.code,
        "rcd_time": national(moment),
        "bedno": bed,
        "dept_code": plan.group.department,
        "tprt": f"{rng.uniform(36.2, 37.6):.1f}",
        "pule": rng.randint(62, 98),
        "vent_frqu": rng.randint(14, 22),
        "systolic_pre": str(rng.randint(105, 155)),
        "dstl_pre": str(rng.randint(62, 92)),
    }
    return world.journal.record("vitals.recorded", moment, plan.hospital.code, data)


def discharge(world: World, plan: Plan, mdtrt_id: str) -> str:
    """Record visit.closed; one that was keyed late still carries the time it is about."""
    ended = plan.discharged
    data: Fields = {
        "mdtrt_id": mdtrt_id,
        "psn_no": plan.person.psn_no,
        "fixmedins_code": plan.hospital.code,
        "endtime": ended.date().isoformat() if plan.by_the_day else national(ended),
        "dscg_way": plan.discharge_way,
        "diseinfo": diseinfo(plan.group.diagnosis),
        **plan.at_discharge,
    }
    if plan.discharge_way == DEATH:
        data["die_date"] = ended.date().isoformat()
    if plan.closing_keyed_after:
        data["opt_time"] = national(ended + plan.closing_keyed_after)
    return world.journal.record("visit.closed", ended, plan.hospital.code, data)


def file_record(world: World, plan: Plan, settlement: Settlement) -> str:
    """The settlement list (4101), filed a day or two after the settlement."""
    filed = clock(settlement.at.date() + DAY, 15) + world.seconds(0, 90_000)
    data: Fields = {
        "mdtrt_id": settlement.mdtrt_id,
        "psn_no": plan.person.psn_no,
        "fixmedins_code": plan.hospital.code,
        "infno": "4101",
        "setl_id": settlement.setl_id,
        "adm_time": national(plan.admitted),
        "dscg_time": national(plan.discharged),
        "dscg_way": plan.discharge_way,
        "drg_codg": plan.group.code,
        "diseinfo": diseinfo(plan.group.diagnosis),
    }
    return world.journal.record("record.filed", filed, plan.hospital.code, data)
