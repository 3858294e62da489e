"""Claim events as they come in: national field names on the wire, plain English in code.

One Struct an event type of the contract. A field that a type does not name is not lost: the
event keeps the bytes of its ``data`` untouched.
"""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar, Final

import msgspec
from msgspec import Struct, field

from domain.moments import Moment

_NONE: Final = frozenset({"null", "-", "None"})
_YES: Final = frozenset({"1", "true", "1.0"})

Text = str | int | float | None  # clients send codes as numbers, and "" or null for "none"


class Data(Struct, kw_only=True, frozen=True, gc=False):
    """What every ``data`` has in common: the subject it is keyed by on Kafka."""

    subject_field: ClassVar[str] = "psn_no"


class Trace(Struct, frozen=True, gc=False):
    """One drug trace code as it was scanned; never cut, never validated by its length alone."""

    code: Text = field(name="drug_trac_codg", default=None)


class Diagnosis(Struct, frozen=True, gc=False):
    code: Text = field(name="diag_code", default=None)
    kind: Text = field(name="diag_type", default=None)
    rank: Text = field(name="diag_srt_no", default=None)
    main: Text = field(name="maindiag_flag", default=None)


class Operation(Struct, frozen=True, gc=False):
    code: Text = field(name="oprn_oprt_code", default=None)


class Face(Struct, frozen=True, gc=False):
    """Result of a face check; absent means no check was asked for, never that it failed."""

    score: Decimal | None = None
    liveness: Decimal | None = None


class FeeLine(Struct, kw_only=True, frozen=True, gc=False):
    """One line of ``feedetail``; a negative quantity refunds the line it names."""

    line_id: str = field(name="feedetl_sn")
    occurred: str = field(name="fee_ocur_time")
    code: str = field(name="med_list_codg")
    quantity: Decimal = field(name="cnt")
    price: Decimal = field(name="pric")
    amount: Decimal = field(name="det_item_fee_sumamt")
    covered: Decimal | None = field(name="inscp_scp_amt", default=None)
    list_type: Text = None
    category: Text = field(name="med_chrgitm_type", default=None)
    doctor: Text = field(name="bilg_dr_codg", default=None)
    department: Text = field(name="bilg_dept_codg", default=None)
    days: Decimal | None = field(name="prd_days", default=None)
    prescription: Text = field(name="rxno", default=None)
    traces: list[Trace] | None = field(name="drugtracinfo", default=None)
    refund_of: Text = field(name="init_feedetl_sn", default=None)
    split_pack: Text = field(name="trdn_flag", default=None)
    own_code: Text = field(name="medins_list_codg", default=None)
    own_name: Text = field(name="medins_list_name", default=None)
    outside_exam: Text = field(name="etip_flag", default=None)
    approved: Text = field(name="hosp_appr_flag", default=None)
    herbal_use: Text = field(name="tcmdrug_used_way", default=None)


class Opened(Data, kw_only=True, frozen=True):
    """A visit begins: registration (2201, 2203) or admission (2401)."""

    visit: str = field(name="mdtrt_id")
    person: str = field(name="psn_no")
    institution: str = field(name="fixmedins_code")
    med_type: str
    begin: str = field(name="begntime")
    insurance: Text = field(name="insutype", default=None)
    insured_area: Text = field(name="insuplc_admdvs", default=None)
    visit_area: Text = field(name="mdtrtarea_admvs", default=None)
    gender: Text = field(name="gend", default=None)
    birth: Text = field(name="brdy", default=None)
    diagnoses: list[Diagnosis] | None = field(name="diseinfo", default=None)
    doctor: Text = field(name="atddr_no", default=None)
    department: Text = field(name="adm_dept_codg", default=None)
    bed: Text = field(name="adm_bed", default=None)
    credential: Text = field(name="mdtrt_cert_type", default=None)
    card: Text = field(name="card_sn", default=None)
    terminal: Text = field(name="dev_no", default=None)
    operator: Text = field(name="opter", default=None)
    online: Text = field(name="is_online_visit", default=None)
    newborn: Text = field(name="nwb_flag", default=None)
    keyed: Text = field(name="opt_time", default=None)
    planned_return: Text = field(name="days_rinp_flag_31", default=None)


class FeesUploaded(Data, kw_only=True, frozen=True):
    """Lines of a running visit (2204, 2301)."""

    visit: str = field(name="mdtrt_id")
    person: str = field(name="psn_no")
    institution: str = field(name="fixmedins_code")
    lines: list[FeeLine] = field(name="feedetail")
    keyed: Text = field(name="opt_time", default=None)


class ClaimSettled(Data, kw_only=True, frozen=True):
    """A settlement (2102, 2207, 2304): the moment the fund pays."""

    settlement: str = field(name="setl_id")
    visit: str = field(name="mdtrt_id")
    person: str = field(name="psn_no")
    institution: str = field(name="fixmedins_code")
    med_type: str
    settled: str = field(name="setl_time")
    total: Decimal = field(name="medfee_sumamt")
    fund: Decimal = field(name="fund_pay_sumamt")
    account: Decimal | None = field(name="acct_pay", default=None)
    insurance: Text = field(name="insutype", default=None)
    credential: Text = field(name="mdtrt_cert_type", default=None)
    card: Text = field(name="card_sn", default=None)
    terminal: Text = field(name="dev_no", default=None)
    operator: Text = field(name="opter", default=None)
    face: Face | None = field(name="face_result", default=None)
    payer: Text = field(name="payer_psn_no", default=None)
    invoice: Text = field(name="invono", default=None)
    bill: Text = field(name="bill_no", default=None)
    group: Text = field(name="drg_codg", default=None)
    online: Text = field(name="is_online_visit", default=None)
    newborn: Text = field(name="nwb_flag", default=None)
    keyed: Text = field(name="opt_time", default=None)
    manual: Text = field(name="hi_feesetl_type", default=None)
    lines: list[FeeLine] | None = field(name="feedetail", default=None)


class ClaimReversed(Data, kw_only=True, frozen=True):
    """A settlement is taken back (2103, 2208, 2305, 2601); it may arrive before its claim."""

    settlement: str = field(name="setl_id")
    person: str = field(name="psn_no")
    institution: str = field(name="fixmedins_code")
    visit: Text = field(name="mdtrt_id", default=None)
    reason: Text = None


class Closed(Data, kw_only=True, frozen=True):
    """A stay ends (2402)."""

    visit: str = field(name="mdtrt_id")
    person: str = field(name="psn_no")
    institution: str = field(name="fixmedins_code")
    end: str = field(name="endtime")
    way: Text = field(name="dscg_way", default=None)
    died: Text = field(name="die_date", default=None)
    diagnoses: list[Diagnosis] | None = field(name="diseinfo", default=None)
    operations: list[Operation] | None = field(name="oprninfo", default=None)
    planned_return: Text = field(name="days_rinp_flag_31", default=None)
    keyed: Text = field(name="opt_time", default=None)


class VitalsRecorded(Data, kw_only=True, frozen=True):
    visit: str = field(name="mdtrt_id")
    person: str = field(name="psn_no")
    institution: str = field(name="fixmedins_code")
    recorded: str = field(name="rcd_time")


class RecordFiled(Data, kw_only=True, frozen=True):
    """A settlement list or a course record (4101, 4701)."""

    visit: str = field(name="mdtrt_id")
    person: str = field(name="psn_no")
    institution: str = field(name="fixmedins_code")
    infno: Text = None


class InventoryMoved(Data, kw_only=True, frozen=True):
    """Stock moves (3501-3506); ``quantity`` is positive in the direction of ``infno``."""

    subject_field: ClassVar[str] = "fixmedins_code"
    institution: str = field(name="fixmedins_code")
    code: str = field(name="med_list_codg")
    infno: str
    quantity: Decimal = field(name="cnt")
    moved: str = field(name="inv_time")
    settlement: Text = field(name="setl_id", default=None)
    traces: list[Trace] | None = field(name="drugtracinfo", default=None)
    price: Decimal | None = field(name="pric", default=None)
    lot: Text = None
    barcode: Text = field(name="drug_prod_barc", default=None)
    retail_document: Text = field(name="rtal_docno", default=None)
    split_pack: Text = field(name="trdn_flag", default=None)


class PrescriptionIssued(Data, kw_only=True, frozen=True):
    prescription: str = field(name="rx_id")
    person: str = field(name="psn_no")
    institution: str = field(name="fixmedins_code")


class PrescriptionDispensed(PrescriptionIssued, kw_only=True, frozen=True):
    """The same fields, at the pharmacy that gave the drugs out (7206)."""


class CareDelivered(Data, kw_only=True, frozen=True):
    """A long-term-care visit at home or in an institution."""

    visit: str = field(name="visit_id")
    person: str = field(name="psn_no")
    caregiver: str = field(name="caregiver_id")
    begin: str = field(name="begntime")
    end: str = field(name="endtime")
    latitude: float | None = field(name="lat", default=None)
    longitude: float | None = field(name="lng", default=None)


class ReferenceChanged(Data, kw_only=True, frozen=True):
    """A register entry and the interval in which it holds."""

    subject_field: ClassVar[str] = "id"
    kind: str
    id: str
    valid_from: str
    valid_to: Text = None
    attributes: dict[str, object] = {}


class AuditFeedback(Data, kw_only=True, frozen=True):
    """The doctor or cashier answered a reminder (3103, CDS feedback)."""

    finding: str = field(name="finding_id")
    action: str
    person: Text = field(name="psn_no", default=None)
    reason: Text = field(name="reason_code", default=None)
    reason_text: Text = None
    actor: Text = None


class ReviewDecided(Data, kw_only=True, frozen=True):
    """A reviewer confirmed or dismissed an alert."""

    subject_field: ClassVar[str] = "alert_id"
    alert: str = field(name="alert_id")
    decision: str
    decided: str = field(name="decided_at")
    amount: Decimal | None = None
    reviewer: Text = None


TYPES: Final[dict[str, type[Data]]] = {
    "visit.opened": Opened,
    "fees.uploaded": FeesUploaded,
    "claim.settled": ClaimSettled,
    "claim.reversed": ClaimReversed,
    "visit.closed": Closed,
    "vitals.recorded": VitalsRecorded,
    "record.filed": RecordFiled,
    "inventory.moved": InventoryMoved,
    "prescription.issued": PrescriptionIssued,
    "prescription.dispensed": PrescriptionDispensed,
    "care.delivered": CareDelivered,
    "reference.changed": ReferenceChanged,
    "audit.feedback": AuditFeedback,
    "review.decided": ReviewDecided,
}
"""Event types by their short name, ``cn.fundguard.<name>.v1`` on the wire."""


class ClaimEvent(Struct, kw_only=True, frozen=True):
    """One decoded event.

    ``ref`` identifies it: the CloudEvents id, a blank, the source. ``at`` is its time. ``raw``
    holds the untouched bytes of ``data``, unknown fields included.
    """

    ref: str
    name: str
    at: Moment
    data: Data
    raw: bytes

    @property
    def event_id(self) -> str:
        return event_id(self.ref)

    def fields(self) -> dict[str, object]:
        """All fields of ``data`` as they came, unknown ones too."""
        decoded: dict[str, object] = msgspec.json.decode(self.raw)
        return decoded


def event_id(ref: str) -> str:
    """The CloudEvents id within an event reference (a source, being a URI, holds no blank)."""
    return ref.rsplit(" ", 1)[0]


def text(value: Text) -> str:
    """A code or name as text; what clients send for "none" becomes the empty text.

    >>> text(" 11 "), text(11), text("null"), text("-"), text(None)
    ('11', '11', '', '', '')
    """
    if value is None:
        return ""
    cleaned = str(value).strip()
    return "" if cleaned in _NONE else cleaned


def yes(value: Text | bool) -> bool:
    """Whether a national flag is set: 1, "1" or true."""
    if value is None:
        return False
    return value is True or text(value).lower() in _YES
