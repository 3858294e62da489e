"""What happens at a counter: a purchase is settled, and the goods leave the shelf."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from fundguard.simulate.billing import Line, feedetail, traces_field
from fundguard.simulate.china_time import national
from fundguard.simulate.claims import PHARMACY, USUAL, Bill, Manner, Settlement, reverse, settle
from fundguard.simulate.journal import Fields
from fundguard.simulate.money import yuan
from fundguard.simulate.people import Person
from fundguard.simulate.places import Institution
from fundguard.simulate.stock import SOLD, TAKEN_BACK
from fundguard.simulate.world import World

AT_ONCE = timedelta()
INSURED, IN_CASH = "1", "2"  # mdtrt_setl_type


def swipe(
    world: World,
    shop: Institution,
    person: Person,
    at: datetime,
    lines: Sequence[Line],
    manner: Manner = USUAL,
) -> Settlement:
    """Settle a purchase (2102), whether or not anything is sold."""
    world.stock.carry(shop, [line.item for line in lines])
    bill = Bill(shop, person, lines, PHARMACY, world.serials.next("M"))
    return settle(world, bill, at, manner, {"feedetail": feedetail(lines)})


def hand_over(
    world: World,
    settlement: Settlement,
    lines: Sequence[Line] | None = None,
    uploaded_after: timedelta = AT_ONCE,
    paid: str = INSURED,
) -> tuple[str, ...]:
    """Record the sale (3505) of a settlement's drugs, or of what was really given."""
    if not settlement.place.uploads_stock:
        return ()
    given = [line for line in settlement.lines if line.item.is_drug] if lines is None else lines
    world.stock.carry(settlement.place, [line.item for line in given])
    sold_at = settlement.at + world.seconds(5, 90)
    return tuple(
        move(world, settlement, line, SOLD, sold_at, uploaded_after, paid) for line in given
    )


def buy(
    world: World,
    shop: Institution,
    person: Person,
    at: datetime,
    lines: Sequence[Line],
    manner: Manner = USUAL,
) -> Settlement:
    """An honest purchase: settled and handed over."""
    settlement = swipe(world, shop, person, at, lines, manner)
    hand_over(world, settlement)
    return settlement


def take_back(world: World, settlement: Settlement, at: datetime, reason: str) -> str:
    """Reverse a purchase and put its drugs back on the shelf (3506)."""
    event_id = reverse(world, settlement, at, reason)
    if settlement.place.uploads_stock:
        for line in settlement.lines:
            if line.item.is_drug:
                move(world, settlement, line, TAKEN_BACK, at)
    return event_id


def sell_for_cash(world: World, shop: Institution, line: Line) -> str:
    """Record a sale that no fund has to do with: it names no settlement."""
    world.stock.carry(shop, [line.item])
    world.stock.take(shop, line.item, line.units, line.at.date())
    data: Fields = {
        **movement(shop, line, SOLD),
        "rtal_docno": world.serials.next("RC"),
        "mdtrt_setl_type": IN_CASH,
    }
    return world.journal.record("inventory.moved", line.at, shop.code, data)


def move(
    world: World,
    settlement: Settlement,
    line: Line,
    infno: str,
    at: datetime,
    uploaded_after: timedelta = AT_ONCE,
    paid: str = INSURED,
) -> str:
    """Move one line of a settlement's receipt off the shelf, or back onto it."""
    place = settlement.place
    uploaded = at + uploaded_after
    units = line.units if infno == SOLD else -line.units
    world.stock.take(place, line.item, units, uploaded.date())
    data = {
        **movement(place, replace(line, at=at), infno),
        "setl_id": settlement.setl_id,
        "psn_no": settlement.person.psn_no,
        "rtal_docno": f"R{settlement.setl_id}",
        "mdtrt_setl_type": paid,
    }
    if uploaded_after:
        data["opt_time"] = national(uploaded)
    return world.journal.record("inventory.moved", uploaded, place.code, data)


def movement(place: Institution, line: Line, infno: str) -> Fields:
    item = line.item
    data: Fields = {
        "fixmedins_code": place.code,
        "med_list_codg": item.code,
        "infno": infno,
        "cnt": line.count,
        "inv_time": national(line.at),
        "pric": yuan(line.price_fen),
        "trdn_flag": "1" if line.split else "0",
    }
    if item.is_drug:
        data["drugtracinfo"] = traces_field(line.traces)
    else:
        data["drug_prod_barc"] = item.barcode
    return data
