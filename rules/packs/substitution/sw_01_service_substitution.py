"""SW-01 串换诊疗项目: a cheap service is done and a dear one charged.

(A) Mapping: the hospital maps its own item to a national one of another name and a higher price
(3301, register ``item_mapping``); told whenever a settlement uses the mapping. (B) Behaviour: an
item is charged whose device the institution does not have; or month by month a dear technique
everywhere and its cheap sibling nowhere, see sw_01_volumes.

Left open by the catalogue, chosen here:

- The hospital's price is that of the mapping, the national price the one charged. A mapping
  without a price, or an item charged at the hospital's own price, harms nobody.
- Names are compared as `rules.readings.names` does, synonyms and everyday names brought together.
- Only services are looked at; drugs and consumables are SW-02's and SW-03's. ``cross_class`` of
  the parameters is left out: classes are no part of a mapping.
- A catalogue entry names the device its service needs as ``req_device`` (or ``device``); the
  register ``device`` has what an institution owns as ``fixmedins_code:device``. An area that
  names devices must keep that register. What another institution does (etip_flag) needs none.
- The entry's formula is M4: what X costs beyond Y. A mapping goes before the priority queue (Q2),
  behaviour before the ordinary one (Q1).
- The price of Y is that of the item's ``sibling`` in the catalogue. Where none is named, nothing
  tells what was done in place of X, and all of X is in question.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal

from msgspec import Struct

from domain.codes import is_service
from domain.facts import Fees, Line, Registered, Settled
from domain.findings import AccusedLine, Evidence, Finding
from domain.moments import text_of
from domain.money import ZERO, plain, yuan
from rules.packs.substitution import sw_01_volumes
from rules.packs.substitution.sw_01_parameters import SubstitutionParameters
from rules.readings.catalogue import name_of_item, positive, price_of_item
from rules.readings.claims import settlements_of, with_lines
from rules.readings.geography import name_of
from rules.readings.names import similarity
from rules.rule import Judgement, Rule, Stage
from rules.subjects.person import PERSON
from rules.view import Registers, View


class Mapped(Struct, frozen=True):
    """A hospital's item booked as a national one of another name."""

    entry: Registered
    own_name: str
    own_price: Decimal
    name: str
    alike: float


def _visit_of(view: View, fact: Fees | Settled) -> tuple[str, ...]:
    return (fact.visit,)


def _judge(view: View, anchor: str, p: SubstitutionParameters) -> Judgement:
    for claim in settlements_of(view, anchor):
        services = [
            line for line in with_lines(view, claim).lines if is_service(line.code, line.list_type)
        ]
        for lines in _together(services, lambda line: f"{line.own_code}|{line.code}"):
            mapped = _mapped(view.registers, claim.institution, lines[0], p)
            if mapped is not None:
                yield _of_mapping(view, claim, mapped, lines, p)
        for lines in _together(services, lambda line: line.code):
            device = _lacking_device(view.registers, claim.institution, lines[0])
            if device:
                yield _of_device(view, claim, device, lines)


def _together(lines: Sequence[Line], by: Callable[[Line], str]) -> Iterator[list[Line]]:
    found: dict[str, list[Line]] = {}
    for line in lines:
        found.setdefault(by(line), []).append(line)
    yield from found.values()


def _mapped(
    registers: Registers, institution: str, line: Line, p: SubstitutionParameters
) -> Mapped | None:
    """The mapping a line uses, when neither its names nor its prices agree."""
    if not line.own_code:
        return None
    entry = registers.at("item_mapping", f"{institution}:{line.own_code}", line.at)
    own_price = positive(entry.get("medins_pric")) if entry else None
    if entry is None or own_price is None or line.price < p.price_ratio * own_price:
        return None
    own_name = entry.get("medins_list_name") or line.own_name
    name = entry.get("med_list_name") if entry.get("med_list_codg") == line.code else ""
    if not name:
        known = name_of_item(registers, line.code, line.at)
        name = "" if known == line.code else known
    if not own_name or not name:
        return None
    alike = similarity(own_name, name)
    return Mapped(entry, own_name, own_price, name, alike) if alike < p.name_similarity else None


def _of_mapping(
    view: View, claim: Settled, mapped: Mapped, lines: Sequence[Line], p: SubstitutionParameters
) -> Finding:
    line = lines[0]
    place = name_of(view.registers, claim.institution, claim.at)
    row = {
        "本院编码": line.own_code,
        "本院项目": mapped.own_name,
        "本院价格": yuan(mapped.own_price),
        "国家编码": line.code,
        "国家项目": mapped.name,
        "相似度": f"{mapped.alike:.2f}",
    }
    return Finding(
        anchor=f"mapping {line.own_code} {line.code}/{claim.settlement}",
        at=claim.at,
        severity=4,
        explanation=(
            f"{place}将本院项目“{mapped.own_name}”（{yuan(mapped.own_price)}元）对应为"
            f"“{mapped.name}”，{text_of(claim.at)}的结算按每次{yuan(line.price)}元收取"
            f"{plain(_times(lines))}次，两名称相似度{mapped.alike:.2f}，价格为本院的"
            f"{line.price / mapped.own_price:.1f}倍，疑为串换项目。"
        ),
        counterfactual=(
            f"若两项目名称相似度达到{p.name_similarity:g}，或所收价格不到本院价格的"
            f"{p.price_ratio}倍，则不提示。"
        ),
        evidence=(Evidence(mapped.entry.ref, "项目对应关系", row), _use(claim, lines)),
        institution=claim.institution,
        person=claim.person,
        practitioner=line.doctor,
        visit=claim.visit,
        settlement=claim.settlement,
        lines=_accused(lines, mapped.own_price),
        dedup=f"{claim.institution}:{line.own_code}",
    )


def _lacking_device(registers: Registers, institution: str, line: Line) -> str:
    """The device that a line's service needs and the institution does not have."""
    entry = registers.at("catalogue_item", line.code, line.at)
    device = (entry.get("req_device") or entry.get("device")) if entry else ""
    if not device or line.outside_exam:
        return ""
    owned = registers.at("device", f"{institution}:{device}", line.at)
    return "" if owned else device


def _of_device(view: View, claim: Settled, device: str, lines: Sequence[Line]) -> Finding:
    line = lines[0]
    place = name_of(view.registers, claim.institution, claim.at)
    name = name_of_item(view.registers, line.code, line.at)
    entry = view.registers.at("catalogue_item", line.code, line.at)
    sibling = entry.get("sibling") if entry else ""
    instead = price_of_item(view.registers, sibling, line.at) if sibling else None
    return Finding(
        anchor=f"device {line.code}/{claim.settlement}",
        at=claim.at,
        severity=3,
        action="Q1",
        explanation=(
            f"{place}在{text_of(claim.at)}的结算中收取“{name}”{plain(_times(lines))}次，"
            f"该项目须配备{device}，而该机构设备登记中无此设备，疑为串换项目。"
        ),
        counterfactual=f"若该机构已登记{device}，或为外送检查，则不提示。",
        evidence=(_use(claim, lines, 缺少设备=device),),
        institution=claim.institution,
        person=claim.person,
        practitioner=line.doctor,
        visit=claim.visit,
        settlement=claim.settlement,
        lines=_accused(lines, instead or ZERO),
        formula="M4" if instead else "M1",
        dedup=f"{claim.institution}:{line.code}",
    )


def _times(lines: Sequence[Line]) -> Decimal:
    return sum((line.quantity for line in lines), ZERO)


def _use(claim: Settled, lines: Sequence[Line], **more: str) -> Evidence:
    values = {"编码": lines[0].code, "单价": yuan(lines[0].price), "数量": plain(_times(lines))}
    return Evidence(claim.ref, "收取该项目的结算", {**values, **more})


def _accused(lines: Sequence[Line], instead: Decimal) -> tuple[AccusedLine, ...]:
    """The lines with what they cost beyond the item done instead, as far as it was covered."""
    return tuple(
        AccusedLine(
            line.id,
            line.code,
            max(ZERO, min((line.price - instead) * line.quantity, line.covered)),
        )
        for line in lines
    )


RULE = Rule(
    id="SW-01",
    name="串换诊疗项目",
    name_en="Service-item substitution",
    description="以高价项目收取低价项目的费用：对应关系名不副实，或所收项目该机构无从开展。",
    phases=("post",),
    severity=4,
    legal=("TL-38(4)",),
    causes=("14",),
    formula="M4",
    actions={"post": "Q2"},
    parameters=SubstitutionParameters(),
    stages=(
        Stage(
            name="use",
            subject=PERSON,
            triggers=(Fees, Settled),
            affected=_visit_of,
            judge=_judge,
        ),
        *sw_01_volumes.STAGES,
    ),
    official=("问题清单", "YT 医院项目串换"),
)
