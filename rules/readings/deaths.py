"""Deaths: on which day a person died, and who says so.

Sources are the death register (kind ``death``: confirmed by a registry, or told by one hospital
alone) and discharge records (dscg_way 5, or with a die_date). A register entry that was given an
end was entered in error: nobody is dead for a while. It takes back every entry with the same
beginning from the same source, and a registry's correction those of hospitals as well.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from msgspec import Struct

from domain.codes import DIED
from domain.facts import Registered, VisitClosed
from domain.moments import DAY, ImpossibleTime, Moment, day_of, moment
from rules.view import View

DEATH: Final = "death"
REGISTRY: Final = "registry"
HOSPITAL: Final = "hospital"
_FOREVER: Final = 20 * 365 * DAY  # an end further off means "no end", as 2099-12-31 does


class DeathRecord(Struct, frozen=True):
    """One record: ``day`` is the natural day of death."""

    ref: str
    day: int
    source: str


class Death(Struct, frozen=True):
    """What is known of a person's death.

    ``day`` is the registries' where one of them speaks, else the hospitals'; of several the
    latest, in the patient's favour. Nobody disputes that the person was dead after ``last_day``.
    """

    day: int
    last_day: int
    confirmed: bool
    records: tuple[DeathRecord, ...]


def death_of(view: View) -> Death | None:
    """The person's death; None for the living."""
    records = view.once(_records)
    if not records:
        return None
    registered = [record.day for record in records if record.source == REGISTRY]
    last_day = max(record.day for record in records)
    return Death(
        day=max(registered) if registered else last_day,
        last_day=last_day,
        confirmed=bool(registered),
        records=tuple(records),
    )


def tells_death(closed: VisitClosed) -> bool:
    return closed.way == DIED or closed.died is not None


def _records(view: View) -> Sequence[DeathRecord]:
    found = [*_registered(view), *_discharged(view)]
    return sorted(found, key=lambda record: (record.source != REGISTRY, record.day, record.ref))


def _registered(view: View) -> Iterator[DeathRecord]:
    entries = [entry for entry in view.all(Registered) if entry.kind == DEATH]
    corrected = {(entry.at, _source(entry)) for entry in entries if _is_ended(entry)}
    for entry in entries:
        if not corrected.intersection({(entry.at, _source(entry)), (entry.at, REGISTRY)}):
            yield DeathRecord(entry.ref, day_of(_died(entry)), _source(entry))


def _is_ended(entry: Registered) -> bool:
    return entry.until - entry.at < _FOREVER


def _source(entry: Registered) -> str:
    return REGISTRY if entry.get("confirmed") == REGISTRY else HOSPITAL


def _died(entry: Registered) -> Moment:
    try:
        return moment(entry.get("die_date"))
    except ImpossibleTime:
        return entry.at


def _discharged(view: View) -> Iterator[DeathRecord]:
    """Discharges by death; of several records of one visit the one keyed in last counts."""
    last: dict[str, VisitClosed] = {}
    for closed in view.all(VisitClosed):
        known = last.get(closed.visit)
        if known is None or closed.keyed > known.keyed:
            last[closed.visit] = closed
    for closed in last.values():
        if tells_death(closed):
            died = closed.at if closed.died is None else closed.died
            yield DeathRecord(closed.ref, day_of(died), HOSPITAL)
