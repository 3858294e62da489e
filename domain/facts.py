"""Facts: what rules look at. A fact is one event cut down to what judgements need.

A subject's state is a set of facts, so facts are small and encode as arrays. ``ref`` names the
fact within its subject (an event reference, or a derived id), ``at`` places it in event time,
``voided_by`` names the reversal that took it back, and stays empty otherwise.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Self

import msgspec
from msgspec import Struct

from domain.moments import END_OF_TIME, NEVER, Moment


class Fact(Struct, frozen=True, array_like=True, gc=False):
    """Facts hold no reference to one another, so none of them needs the cycle collector."""

    ref: str
    at: Moment

    @property
    def voided_by(self) -> str:
        """Reference of the reversal that took this fact back; a fact that none can has none."""
        return ""


class Voidable(Fact, frozen=True, array_like=True, kw_only=True):
    void: str = ""

    @property
    def voided_by(self) -> str:
        return self.void

    def taken_back_by(self, reversal: str) -> Self:
        """The same fact, voided by that reversal (or restored, when the text is empty)."""
        return msgspec.structs.replace(self, void=reversal)


class Line(Struct, frozen=True, array_like=True, gc=False):
    """A charged line. ``quantity`` and ``amount`` are as uploaded; a refund has both negative."""

    id: str
    at: Moment
    code: str
    quantity: Decimal
    price: Decimal
    amount: Decimal
    covered: Decimal
    list_type: str = ""
    category: str = ""
    doctor: str = ""
    department: str = ""
    days: Decimal | None = None
    traces: tuple[str, ...] = ()
    refund_of: str = ""
    split_pack: bool = False
    own_code: str = ""
    own_name: str = ""
    outside_exam: bool = False
    herbal_use: str = ""
    prescription: str = ""
    approved: str = ""


class VisitOpened(Voidable, frozen=True, array_like=True, kw_only=True, tag="vo"):
    visit: str
    person: str
    institution: str
    med_type: str
    insurance: str = ""
    visit_area: str = ""
    gender: str = ""
    birth: Moment | None = None
    diagnoses: tuple[str, ...] = ()
    doctor: str = ""
    department: str = ""
    bed: str = ""
    credential: str = ""
    card: str = ""
    terminal: str = ""
    online: bool = False
    newborn: bool = False
    keyed: Moment = NEVER
    planned_return: str = ""


class VisitClosed(Fact, frozen=True, array_like=True, kw_only=True, tag="vc"):
    visit: str
    institution: str
    way: str = ""
    died: Moment | None = None
    diagnoses: tuple[str, ...] = ()
    operations: tuple[str, ...] = ()
    planned_return: str = ""
    keyed: Moment = NEVER


class Fees(Voidable, frozen=True, array_like=True, kw_only=True, tag="fu"):
    visit: str
    institution: str
    lines: tuple[Line, ...] = ()
    keyed: Moment = NEVER


class Settled(Voidable, frozen=True, array_like=True, kw_only=True, tag="st"):
    """A settlement. Projections to other subjects carry it with all net lines of its visit."""

    settlement: str
    visit: str
    person: str
    institution: str
    med_type: str
    total: Decimal
    fund: Decimal
    insurance: str = ""
    credential: str = ""
    card: str = ""
    terminal: str = ""
    operator: str = ""
    face_score: Decimal | None = None
    liveness: Decimal | None = None
    payer: str = ""
    invoice: str = ""
    bill: str = ""
    group: str = ""
    online: bool = False
    newborn: bool = False
    manual: bool = False
    keyed: Moment = NEVER
    lines: tuple[Line, ...] = ()


class Reversed(Fact, frozen=True, array_like=True, kw_only=True, tag="rv"):
    settlement: str
    institution: str
    visit: str = ""


class Vitals(Fact, frozen=True, array_like=True, kw_only=True, tag="vi"):
    visit: str
    institution: str


class Record(Fact, frozen=True, array_like=True, kw_only=True, tag="rf"):
    visit: str
    institution: str


class Moved(Fact, frozen=True, array_like=True, kw_only=True, tag="mv"):
    """A stock movement; ``quantity`` is positive in the direction of ``infno``."""

    institution: str
    code: str
    infno: str
    quantity: Decimal
    settlement: str = ""
    traces: tuple[str, ...] = ()
    barcode: str = ""
    price: Decimal | None = None
    split_pack: bool = False
    document: str = ""


class Care(Fact, frozen=True, array_like=True, kw_only=True, tag="ca"):
    visit: str
    caregiver: str
    end: Moment
    latitude: float | None = None
    longitude: float | None = None


class Registered(Fact, frozen=True, array_like=True, kw_only=True, tag="rg"):
    """A register entry about the subject: holds from ``at`` until ``until``."""

    kind: str
    id: str
    until: Moment = END_OF_TIME
    attributes: dict[str, str] = {}

    def get(self, name: str) -> str:
        return self.attributes.get(name, "")


class Signal(Voidable, frozen=True, array_like=True, kw_only=True, tag="sg"):
    """What one subject tells another: derived by a rule's stage, withdrawn when it ceases to hold.

    ``name`` is the rule id and what was seen (``PS-01.unsupported``); ``values`` are texts;
    ``refs`` are the events behind it; ``lines`` the claim lines concerned.
    """

    name: str
    person: str = ""
    institution: str = ""
    visit: str = ""
    settlement: str = ""
    values: dict[str, str] = {}
    refs: tuple[str, ...] = ()
    lines: tuple[Line, ...] = ()


AnyFact = (
    VisitOpened
    | VisitClosed
    | Fees
    | Settled
    | Reversed
    | Vitals
    | Record
    | Moved
    | Care
    | Registered
    | Signal
)
"""Every kind of fact a state record can hold, apart from a docket's findings."""
