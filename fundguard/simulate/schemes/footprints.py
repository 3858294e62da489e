"""Which events a case is made of, gathered from what was done for it."""

from collections.abc import Iterable, Sequence

from fundguard.simulate.claims import Settlement
from fundguard.simulate.truth import Footprint
from fundguard.simulate.visits import Visit
from fundguard.simulate.ward import Stay


def of_settlement(
    settlement: Settlement, more: Iterable[str] = (), also: tuple[str, ...] = ()
) -> Footprint:
    """A case about one settlement; `more` are the other events that show it."""
    return Footprint(
        event_ids=(settlement.event_id, *more),
        psn_no=settlement.person.psn_no,
        fixmedins_code=settlement.place.code,
        mdtrt_id=settlement.mdtrt_id,
        setl_id=settlement.setl_id,
        also=also,
    )


def of_visit(visit: Visit, more: Iterable[str] = (), also: tuple[str, ...] = ()) -> Footprint:
    return of_settlement(visit.settlement, (visit.opened, visit.charged, *more), also)


def of_stay(stay: Stay, more: Iterable[str] = (), also: tuple[str, ...] = ()) -> Footprint:
    return of_settlement(stay.settlement, (*stay.event_ids, *more), also)


def of_group(settlements: Sequence[Settlement], also: tuple[str, ...] = ()) -> Footprint:
    """A case about an institution: several persons, no single visit."""
    return Footprint(
        event_ids=tuple(settlement.event_id for settlement in settlements),
        fixmedins_code=settlements[0].place.code,
        also=also,
    )
