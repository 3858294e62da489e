"""Settlements and their reversals."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from fundguard.simulate.billing import Line, total_fen
from fundguard.simulate.china_time import national
from fundguard.simulate.journal import Fields
from fundguard.simulate.money import yuan
from fundguard.simulate.people import CARD, Person
from fundguard.simulate.places import Institution
from fundguard.simulate.world import World

PHARMACY, OUTPATIENT, EMERGENCY, CHRONIC = "41", "11", "13", "140104"  # med_type
INPATIENT, ADMITTED_FROM_EMERGENCY, DAY_SURGERY, PER_DIEM = "21", "24", "28", "2105"
MATERNITY = "52"

FUND_SHARE = 0.6


@dataclass(frozen=True, slots=True)
class Manner:
    """How a settlement was identified, paid and keyed; empty means as usual."""

    credential: str = ""  # mdtrt_cert_type
    card_sn: str = ""
    terminal: str = ""
    face_score: float | None = None
    payer: Person | None = None  # a relative's family account pays
    fund_share: float = FUND_SHARE  # 0: the personal account pays alone
    keyed_at: datetime | None = None  # opt_time, when it was not keyed at once
    online: bool = False
    invoice: str = ""


USUAL = Manner()


@dataclass(frozen=True, slots=True)
class Settlement:
    event_id: str
    setl_id: str
    mdtrt_id: str
    place: Institution
    person: Person
    at: datetime
    lines: Sequence[Line]
    data: Fields


@dataclass(frozen=True, slots=True)
class Bill:
    """What is to be settled, where, for whom."""

    place: Institution
    person: Person
    lines: Sequence[Line]
    med_type: str
    mdtrt_id: str


def settle(
    world: World, bill: Bill, at: datetime, manner: Manner, extra: Fields | None = None
) -> Settlement:
    """Record claim.settled; its lines travel in `extra` where the national transaction does so."""
    setl_id = world.serials.next("S")
    data: Fields = {
        "setl_id": setl_id,
        "mdtrt_id": bill.mdtrt_id,
        "psn_no": bill.person.psn_no,
        "fixmedins_code": bill.place.code,
        "med_type": bill.med_type,
        "setl_time": national(at),
        "insutype": bill.person.insurance,
        "insuplc_admdvs": bill.person.region.admdvs,
        "mdtrtarea_admvs": bill.place.region.admdvs,
        "invono": manner.invoice or world.serials.next("330"),
        **payment_fields(bill, manner),
        **identification_fields(world, bill, manner),
        **(extra or {}),
    }
    if manner.keyed_at:
        data["opt_time"] = national(manner.keyed_at)
    if manner.online:
        data["is_online_visit"] = "1"
    event_id = world.journal.record("claim.settled", at, bill.place.code, data)
    return Settlement(
        event_id, setl_id, bill.mdtrt_id, bill.place, bill.person, at, bill.lines, data
    )


def payment_fields(bill: Bill, manner: Manner) -> Fields:
    total = total_fen(bill.lines)
    fund = round(total * manner.fund_share)
    rest = total - fund
    fields: Fields = {
        "medfee_sumamt": yuan(total),
        "fund_pay_sumamt": yuan(fund),
        "hifp_pay": yuan(fund),
    }
    if manner.payer:
        fields |= {"acct_mulaid_pay": yuan(rest), "payer_psn_no": manner.payer.psn_no}
        return fields
    from_account = rest if manner.fund_share == 0 or bill.person.insurance == "310" else 0
    fields |= {"acct_pay": yuan(from_account), "psn_cash_pay": yuan(rest - from_account)}
    return fields


def identification_fields(world: World, bill: Bill, manner: Manner) -> Fields:
    terminal = manner.terminal or world.rng.choice(bill.place.terminals)
    credential = manner.credential or bill.person.credential
    fields: Fields = {
        "mdtrt_cert_type": credential,
        "dev_no": terminal,
        "opter": f"OP{terminal[1:]}",
    }
    if credential == CARD:
        fields["card_sn"] = manner.card_sn or bill.person.card_sn
    if manner.face_score is not None:
        fields["face_result"] = {"score": manner.face_score, "liveness": 0.97}
    return fields


def repeat(world: World, settlement: Settlement, at: datetime) -> str:
    """Send a settlement again under its own number, as a retry after a lost answer does."""
    return world.journal.record("claim.settled", at, settlement.place.code, settlement.data)


def reverse(world: World, settlement: Settlement, at: datetime, reason: str) -> str:
    data: Fields = {
        "setl_id": settlement.setl_id,
        "mdtrt_id": settlement.mdtrt_id,
        "psn_no": settlement.person.psn_no,
        "fixmedins_code": settlement.place.code,
        "reason": reason,
    }
    return world.journal.record("claim.reversed", at, settlement.place.code, data)
