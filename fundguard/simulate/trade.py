"""What happens at a counter: a purchase is settled, and the goods leave the shelf."""

from collections.abc import Sequence
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
    uploaded_after: timedelta | None = None,
) -> tuple[str, ...]:
    """Record the sale (3505) of a settlement's drugs, or of what was really given."""
    if not settlement.place.uploads_stock:
        return ()
    given = [line for line in settlement.lines if line.item.is_drug] if lines is None else lines
    world.stock.carry(settlement.place, [line.item for line in given])
    sold_at = settlement.at + world.seconds(5, 90)
    return tuple(
        move(world, settlement, line, SOLD, sold_at, uploaded_after or timedelta()) for line in given
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
                move(world, settlement, line, TAKEN_BACK, at, timedelta())
    return event_id


def move(
    world: World,
    settlement: Settlement,
    line: Line,
    infno: str,
    at: datetime,
    uploaded_after: timedelta,
) -> str:
    place, item = settlement.place, line.item
    uploaded = at + uploaded_after
    world.stock.take(place, item, line.units if infno == SOLD else -line.units, uploaded.date())
    data: Fields = {
        "fixmedins_code": place.code,
        "med_list_codg": item.code,
        "infno": infno,
        "cnt": line.count,
        "inv_time": national(at),
        "setl_id": settlement.setl_id,
        "psn_no": settlement.person.psn_no,
        "pric": yuan(line.price_fen),
        "trdn_flag": "1" if line.split else "0",
        "mdtrt_setl_type": "1" if item.is_drug else "2",
    }
    if item.is_drug:
        data["drugtracinfo"] = traces_field(line.traces)
    else:
        data["drug_prod_barc"] = item.barcode
    if uploaded_after:
        data["opt_time"] = national(uploaded)
    return world.journal.record("inventory.moved", uploaded, place.code, data)
