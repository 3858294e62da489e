"""Lines of a bill and their national form."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from fundguard.simulate.catalogue.item import SERVICE, Item
from fundguard.simulate.china_time import national
from fundguard.simulate.journal import Fields
from fundguard.simulate.money import yuan
from fundguard.simulate.places import Doctor
from fundguard.simulate.world import World


@dataclass(frozen=True, slots=True)
class LocalName:
    """What the institution's own system calls a service (medins_list)."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Line:
    serial: str
    item: Item
    count: int  # packs or times; tablets when split; negative when given back
    at: datetime
    traces: tuple[str, ...] = ()
    split: bool = False
    doctor: Doctor | None = None
    local: LocalName | None = None
    refunds: str = ""  # serial of the line it gives back

    @property
    def price_fen(self) -> int:
        return self.item.unit_fen if self.split else self.item.price_fen

    @property
    def amount_fen(self) -> int:
        return self.price_fen * self.count

    @property
    def units(self) -> int:
        """Tablets, whether the pack was split or not."""
        return self.count if self.split else self.count * self.item.pack_units


def line(
    world: World,
    item: Item,
    count: int,
    at: datetime,
    *,
    doctor: Doctor | None = None,
    local: LocalName | None = None,
) -> Line:
    """A line as honest trade makes it: every pack of a drug with a trace code of its own."""
    traces = world.traces.packs(item, count) if item.is_drug else ()
    return Line(world.serials.next("F"), item, count, at, traces, False, doctor, local)


def basket(world: World, items: Iterable[Item], at: datetime, most: int = 2) -> list[Line]:
    return [line(world, item, world.rng.randint(1, most), at) for item in items]


def total_fen(lines: Iterable[Line]) -> int:
    return sum(line.amount_fen for line in lines)


def line_fields(line: Line) -> Fields:
    item = line.item
    fields: Fields = {
        "feedetl_sn": line.serial,
        "fee_ocur_time": national(line.at),
        "med_list_codg": item.code,
        "cnt": line.count,
        "pric": yuan(line.price_fen),
        "det_item_fee_sumamt": yuan(line.amount_fen),
        "inscp_scp_amt": yuan(0 if item.pay_level == "03" else line.amount_fen),
        "list_type": item.list_type,
        "med_chrgitm_type": item.charge_type,
        "chrgitm_lv": item.pay_level,
    }
    if item.is_drug:
        fields["trdn_flag"] = "1" if line.split else "0"
        fields["drugtracinfo"] = traces_field(line.traces)
    if item.list_type == SERVICE:
        local = line.local or LocalName(local_code(item), item.name)
        fields |= {"medins_list_codg": local.code, "medins_list_name": local.name}
    if line.doctor:
        fields["bilg_dr_codg"] = line.doctor.code
        fields["bilg_dept_codg"] = line.doctor.department
    if line.refunds:
        fields["init_feedetl_sn"] = line.refunds
    return fields


def feedetail(lines: Sequence[Line]) -> list[Fields]:
    return [line_fields(line) for line in lines]


def traces_field(traces: Iterable[str]) -> list[Fields]:
    return [{"drug_trac_codg": code} for code in traces]


def local_code(item: Item) -> str:
    """The institution's own code of a service it books under its national name."""
    return f"L{item.code[2:11]}"
