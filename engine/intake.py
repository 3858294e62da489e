"""From a decoded event to the facts it states, and whose they are."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from domain.events import (
    CareDelivered,
    ClaimEvent,
    ClaimReversed,
    ClaimSettled,
    Closed,
    Diagnosis,
    FeeLine,
    FeesUploaded,
    InventoryMoved,
    Opened,
    RecordFiled,
    ReferenceChanged,
    Text,
    Trace,
    VitalsRecorded,
    text,
    yes,
)
from domain.facts import (
    Care,
    Fees,
    Line,
    Moved,
    Record,
    Registered,
    Reversed,
    Settled,
    VisitClosed,
    VisitOpened,
    Vitals,
)
from domain.moments import END_OF_TIME, NEVER, ImpossibleTime, Moment, moment
from rules.rule import Tell
from rules.subjects.person import PERSON
from rules.subjects.stock_entry import STOCK_ENTRY

PERSONAL_REGISTERS: Final = frozenset(
    {"person", "death", "card_loss", "leave", "custody", "eligibility", "filing"}
)
"""Kinds of registers about one person: facts of that person's state, not of the whole book."""


def facts_of(event: ClaimEvent) -> Iterator[Tell]:
    """The facts an event states, each with the subject it belongs to.

    Stock movements are told to ``STOCK_ENTRY``: no state is kept there, their projections alone
    carry them on. Registers that are nobody's in particular are not facts; see `register_of`.
    """
    data, ref, at = event.data, event.ref, event.at
    match data:
        case Opened():
            yield Tell(PERSON, data.person, _opened(ref, data))
        case FeesUploaded():
            yield Tell(PERSON, data.person, _fees(ref, at, data))
        case ClaimSettled():
            yield Tell(PERSON, data.person, _settled(ref, data))
        case ClaimReversed():
            reversal = Reversed(
                ref=ref,
                at=at,
                settlement=data.settlement,
                institution=data.institution,
                visit=text(data.visit),
            )
            yield Tell(PERSON, data.person, reversal)
        case Closed():
            yield Tell(PERSON, data.person, _closed(ref, data))
        case VitalsRecorded():
            vitals = Vitals(
                ref=ref,
                at=moment(data.recorded),
                visit=data.visit,
                institution=data.institution,
            )
            yield Tell(PERSON, data.person, vitals)
        case RecordFiled():
            record = Record(ref=ref, at=at, visit=data.visit, institution=data.institution)
            yield Tell(PERSON, data.person, record)
        case CareDelivered():
            yield Tell(PERSON, data.person, _care(ref, data))
        case InventoryMoved():
            yield Tell(STOCK_ENTRY, data.institution, _moved(ref, data))
        case ReferenceChanged(kind=kind) if kind in PERSONAL_REGISTERS:
            entry = _registered(ref, data)
            person = entry.get("psn_no") or data.id
            yield Tell(PERSON, person, entry)
        case _:
            return


def register_of(event: ClaimEvent) -> Registered | None:
    """The entry this event puts into the registers that everybody reads, if it is one."""
    data = event.data
    if isinstance(data, ReferenceChanged) and data.kind not in PERSONAL_REGISTERS:
        return _registered(event.ref, data)
    return None


def _opened(ref: str, data: Opened) -> VisitOpened:
    return VisitOpened(
        ref=ref,
        at=moment(data.begin),
        visit=data.visit,
        person=data.person,
        institution=data.institution,
        med_type=data.med_type,
        insurance=text(data.insurance),
        visit_area=text(data.visit_area),
        gender=text(data.gender),
        birth=_moment_or_none(data.birth),
        diagnoses=_diagnoses(data.diagnoses),
        doctor=text(data.doctor),
        department=text(data.department),
        bed=text(data.bed),
        credential=text(data.credential),
        card=text(data.card),
        terminal=text(data.terminal),
        online=yes(data.online),
        newborn=yes(data.newborn),
        keyed=_moment_or_none(data.keyed) or NEVER,
        planned_return=text(data.planned_return),
    )


def _fees(ref: str, at: Moment, data: FeesUploaded) -> Fees:
    return Fees(
        ref=ref,
        at=at,
        visit=data.visit,
        institution=data.institution,
        lines=tuple(_line(line) for line in data.lines),
        keyed=_moment_or_none(data.keyed) or NEVER,
    )


def _settled(ref: str, data: ClaimSettled) -> Settled:
    face = data.face
    return Settled(
        ref=ref,
        at=moment(data.settled),
        settlement=data.settlement,
        visit=data.visit,
        person=data.person,
        institution=data.institution,
        med_type=data.med_type,
        total=data.total,
        fund=data.fund,
        insurance=text(data.insurance),
        credential=text(data.credential),
        card=text(data.card),
        terminal=text(data.terminal),
        operator=text(data.operator),
        face_score=face.score if face else None,
        liveness=face.liveness if face else None,
        payer=text(data.payer),
        invoice=text(data.invoice),
        bill=text(data.bill),
        group=text(data.group),
        online=yes(data.online),
        newborn=yes(data.newborn),
        manual=text(data.manual) == "2",
        keyed=_moment_or_none(data.keyed) or NEVER,
        lines=tuple(_line(line) for line in data.lines or ()),
    )


def _closed(ref: str, data: Closed) -> VisitClosed:
    return VisitClosed(
        ref=ref,
        at=moment(data.end),
        visit=data.visit,
        institution=data.institution,
        way=text(data.way),
        died=_moment_or_none(data.died),
        diagnoses=_diagnoses(data.diagnoses),
        operations=tuple(filter(None, (text(done.code) for done in data.operations or ()))),
        planned_return=text(data.planned_return),
        keyed=_moment_or_none(data.keyed) or NEVER,
    )


def _care(ref: str, data: CareDelivered) -> Care:
    return Care(
        ref=ref,
        at=moment(data.begin),
        visit=data.visit,
        caregiver=data.caregiver,
        end=moment(data.end),
        latitude=data.latitude,
        longitude=data.longitude,
    )


def _moved(ref: str, data: InventoryMoved) -> Moved:
    return Moved(
        ref=ref,
        at=moment(data.moved),
        institution=data.institution,
        code=data.code,
        infno=data.infno,
        quantity=data.quantity,
        settlement=text(data.settlement),
        traces=_traces(data.traces),
        barcode=text(data.barcode),
        price=data.price,
        split_pack=yes(data.split_pack),
        document=text(data.retail_document),
    )


def _registered(ref: str, data: ReferenceChanged) -> Registered:
    return Registered(
        ref=ref,
        at=moment(data.valid_from),
        kind=data.kind,
        id=data.id,
        until=_moment_or_none(data.valid_to) or END_OF_TIME,
        attributes={
            name: _attribute(value)
            for name, value in data.attributes.items()
            if value is not None and not isinstance(value, dict | list)
        },
    )


def _attribute(value: object) -> str:
    return ("1" if value else "0") if isinstance(value, bool) else str(value)


def _line(line: FeeLine) -> Line:
    return Line(
        id=line.line_id,
        at=moment(line.occurred),
        code=line.code,
        quantity=line.quantity,
        price=line.price,
        amount=line.amount,
        covered=_covered(line),
        list_type=text(line.list_type),
        category=text(line.category),
        doctor=text(line.doctor),
        department=text(line.department),
        days=line.days,
        traces=_traces(line.traces),
        refund_of=text(line.refund_of),
        split_pack=yes(line.split_pack),
        own_code=text(line.own_code),
        own_name=text(line.own_name),
        outside_exam=yes(line.outside_exam),
        herbal_use=text(line.herbal_use),
        prescription=text(line.prescription),
        approved=text(line.approved),
    )


def _covered(line: FeeLine) -> Decimal:
    """What the policy covers of a line; the whole amount where the hospital did not say."""
    return line.amount if line.covered is None else line.covered


def _traces(traces: list[Trace] | None) -> tuple[str, ...]:
    return tuple(filter(None, (text(trace.code) for trace in traces or ())))


def _diagnoses(listed: list[Diagnosis] | None) -> tuple[str, ...]:
    """Diagnosis codes, the main one first."""
    ranked = sorted(listed or (), key=lambda one: (text(one.main) != "1", text(one.rank) or "9"))
    return tuple(filter(None, (text(one.code) for one in ranked)))


def _moment_or_none(value: Text) -> Moment | None:
    """A time that the event may hold; an optional one that cannot be read counts as absent."""
    written = text(value)
    if not written:
        return None
    try:
        return moment(written)
    except ImpossibleTime:
        return None
