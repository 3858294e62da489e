"""ID-01 盗刷: a credential used by somebody else."""

from datetime import datetime, timedelta

from fundguard.simulate.billing import line
from fundguard.simulate.catalogue.drugs import MEN_ONLY, SHELF, WOMEN_ONLY
from fundguard.simulate.catalogue.item import Item
from fundguard.simulate.china_time import DAY, national
from fundguard.simulate.claims import USUAL, Manner, Settlement
from fundguard.simulate.people import CARD, E_CREDENTIAL, FEMALE, MALE, Person
from fundguard.simulate.places import Institution, Role
from fundguard.simulate.registers import changed
from fundguard.simulate.schemes.footprints import of_settlement
from fundguard.simulate.schemes.scheme import TAIL, Scheme
from fundguard.simulate.trade import buy
from fundguard.simulate.truth import Footprint
from fundguard.simulate.world import World

STRANGER = 0.31  # face score; 0.80 would pass
LEAD = 14


def report_loss(world: World, person: Person, at: datetime, found_again: str = "") -> str:
    reported = national(at)
    attributes = {"psn_no": person.psn_no, "loss_report_time": reported}
    return changed(
        world.journal, at, "card_loss", person.card_sn, attributes, reported, found_again
    )


def purchase(
    world: World, person: Person, at: datetime, items: tuple[Item, ...], manner: Manner = USUAL
) -> Settlement:
    return buy(world, shop_of(world), person, at, [line(world, i, 1, at) for i in items], manner)


def shop_of(world: World) -> Institution:
    return world.rng.choice(world.places.of(Role.SHOP))


def some_time(world: World) -> datetime:
    return world.moment(world.diary.day(LEAD, TAIL), 12, 19)


def plant(world: World, number: int) -> Footprint:
    return (lost_card, wrong_face_and_sex, downgraded)[number % 3](world)


def lost_card(world: World) -> Footprint:
    """A man's card, reported lost two hours ago, buys a gynaecological drug."""
    person, at = world.people.newcomer(MALE, credential=CARD), some_time(world)
    loss = report_loss(world, person, at - timedelta(hours=2))
    return of_settlement(purchase(world, person, at, (WOMEN_ONLY[0],)), [loss])


def wrong_face_and_sex(world: World) -> Footprint:
    person, at = world.people.newcomer(FEMALE, (30, 60)), some_time(world)
    manner = Manner(face_score=STRANGER)
    return of_settlement(purchase(world, person, at, MEN_ONLY, manner))


def downgraded(world: World) -> Footprint:
    """Always the e-credential, now a card, a failed face check and a drug for the other sex."""
    person, at = world.people.newcomer(MALE, credential=E_CREDENTIAL), some_time(world)
    purchase(world, person, at - 10 * DAY, (SHELF[0],))
    manner = Manner(credential=CARD, face_score=STRANGER)
    return of_settlement(purchase(world, person, at, (WOMEN_ONLY[1],), manner))


def look_alike(world: World, number: int) -> Footprint:
    tales = (
        *(daughter_pays, card_found, card_replaced),
        *(old_face, bought_before_loss, husband_collects),
    )
    return tales[number % len(tales)](world)


def daughter_pays(world: World) -> Footprint:
    """A daughter collects for her mother and pays from the family account."""
    mother = world.people.newcomer(FEMALE, (70, 85), credential=E_CREDENTIAL)
    daughter = world.people.newcomer(FEMALE, (40, 50))
    manner = Manner(payer=daughter, face_score=0.52)
    return of_settlement(purchase(world, mother, some_time(world), SHELF[:2], manner))


def card_found(world: World) -> Footprint:
    person, at = world.people.newcomer(credential=CARD), some_time(world)
    loss = report_loss(world, person, at - 4 * DAY, found_again=national(at - DAY))
    return of_settlement(purchase(world, person, at, SHELF[2:4]), [loss])


def card_replaced(world: World) -> Footprint:
    """The loss report stands, but another card is used."""
    person, at = world.people.newcomer(credential=CARD), some_time(world)
    loss = report_loss(world, person, at - 6 * DAY)
    manner = Manner(card_sn=f"{person.card_sn}N")
    return of_settlement(purchase(world, person, at, SHELF[4:6], manner), [loss])


def old_face(world: World) -> Footprint:
    """An old face the camera does not recognise, at a shop near home, for a usual drug."""
    person = world.people.newcomer(ages=(76, 88), credential=E_CREDENTIAL)
    return of_settlement(
        purchase(world, person, some_time(world), SHELF[6:7], Manner(face_score=0.71))
    )


def bought_before_loss(world: World) -> Footprint:
    person, at = world.people.newcomer(credential=CARD), some_time(world)
    settlement = purchase(world, person, at, SHELF[7:9])
    return of_settlement(settlement, [report_loss(world, person, at + timedelta(hours=3))])


def husband_collects(world: World) -> Footprint:
    """A drug for the other sex and nothing else: one weak signal."""
    person = world.people.newcomer(MALE, credential=E_CREDENTIAL)
    return of_settlement(purchase(world, person, some_time(world), WOMEN_ONLY[1:]))


scheme = Scheme("ID-01", LEAD + TAIL + 1, plant, look_alike)
