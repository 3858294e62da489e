"""DT-01 药品追溯码重复结算: a pack that was settled before is settled again.

A pack has one code and is sold once; from 1 July 2025 no drug is settled without its scan.

Left open by the catalogue, chosen here:

- A use is all that one visit makes of a code. It counts against later ones once its visit is
  settled and not reversed; the later one is judged as soon as its lines are uploaded.
- A return (3506) frees the code from its moment on: who sold the pack in between sold it twice.
  One that names no settlement is booked on the last use at its institution.
- A code that the sale (3505) alone names counts where the settlement is known to stand, which is
  known of pharmacies and clinics.
- A line sells pieces when it is marked so (trdn_flag), or when its price is that of a piece by
  the catalogue's price and convrat. Pieces of a line with several codes are spread evenly. A
  pack of unknown size is taken to hold 1000 pieces, as the largest bottles do.
- Numbers of a maker's own system are unique to that maker: there, only uses under the same drug
  code are compared. 20 digits and GS1 are compared whatever was charged.
- A code used at more than 30 institutions is no pack's: a placeholder that some system sends. It
  is noticed once and its uses accuse nobody.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from domain.facts import Signal
from domain.findings import GRAVE, NOTICE, VIOLATION, Evidence, Finding
from domain.moments import DAY, text_of
from domain.money import ZERO, plain
from rules.packs.trace.dt_01_uses import SOLD, TELL_SOLD, Use, uses
from rules.projections.trace import RETURN, USE
from rules.readings.accused import in_full
from rules.readings.catalogue import name_of_item, pack_size
from rules.readings.geography import name_of
from rules.readings.trace_codes import names_product
from rules.rule import Judgement, Parameters, Rule, Stage
from rules.subjects.trace import TRACE
from rules.view import View

PLACEHOLDER = "placeholder"
SHOWN = 18


class TraceParameters(Parameters, frozen=True, kw_only=True):
    """06-rules DT-01: three years of memory; pieces and institutions are this rule's choices."""

    window_days: int = 1_095
    largest_pack_pieces: int = 1_000  # where the catalogue tells no size
    most_institutions: int = 30


def _later_uses(view: View, fact: Signal) -> Iterator[str]:
    """The use itself and those after it; all of them where the code may be a placeholder."""
    found = view.once(uses)
    many = len({use.institution for use in found}) >= TraceParameters().most_institutions
    yield fact.visit or fact.settlement
    for use in found:
        if many or use.at >= fact.at:
            yield use.visit
    if many:
        yield PLACEHOLDER


def _judge(view: View, anchor: str, p: TraceParameters) -> Judgement:
    found = view.once(uses)
    institutions = {use.institution for use in found}
    if len(institutions) > p.most_institutions:
        if anchor == PLACEHOLDER:
            yield _placeholder(view, found, len(institutions))
        return
    place = next((place for place, use in enumerate(found) if use.visit == anchor), None)
    if place is None:
        return
    mine = found[place]
    earlier = [
        use
        for use in found[:place]
        if use.settlement
        and mine.at - use.at <= p.window_days * DAY
        and use.held(mine.latest) is not None
        and _same_pack(view, use, mine)
    ]
    against, over = _conflict(view, mine, earlier, p)
    if against:
        yield _finding(view, mine, against, over)


def _same_pack(view: View, use: Use, mine: Use) -> bool:
    return names_product(view.key) or bool(use.codes & mine.codes)


def _conflict(
    view: View, mine: Use, earlier: Sequence[Use], p: TraceParameters
) -> tuple[Sequence[Use], str]:
    """The earlier uses that leave nothing for this one, and how many pieces of how many."""
    whole = [use for use in earlier if use.whole]
    if mine.whole or whole:
        return (earlier if mine.whole else whole), ""
    line = mine.lines[0]
    size = pack_size(view.registers, line.code, line.at) or Decimal(p.largest_pack_pieces)
    pieces = sum((use.held(mine.latest) or ZERO for use in earlier), mine.pieces)
    if pieces <= size:
        return (), ""
    return earlier, f"拆零累计{plain(round(pieces, 2))}个最小单位，超过一盒的{plain(size)}个"


def _finding(view: View, mine: Use, against: Sequence[Use], over: str) -> Finding:
    elsewhere = any(use.institution != mine.institution for use in against)
    line, last = mine.lines[0], against[-1]
    drug = name_of_item(view.registers, line.code, line.at)
    before = f"{text_of(last.at)}在{name_of(view.registers, last.institution, last.at)}"
    here = f"{text_of(mine.at)}在{name_of(view.registers, mine.institution, mine.at)}"
    charged = "结算" if mine.settlement else "上传费用"
    return Finding(
        anchor=mine.visit,
        at=mine.at,
        severity=VIOLATION if elsewhere else GRAVE,
        explanation=(
            f"追溯码{view.key}（{drug}）已于{before}结算且未退回，"
            f"{here}再次{charged}，{over or '而一盒药只能结算一次'}。"
        ),
        counterfactual="若前次结算已冲正、药品已退回，或拆零累计不超过一盒，则不提示。",
        evidence=(
            *(_evidence(view, use) for use in [*against[:1], *against[1:][-SHOWN:]]),
            _evidence(view, mine),
        ),
        person=mine.person,
        institution=mine.institution,
        visit=mine.visit,
        settlement=mine.settlement,
        phase="post" if mine.settlement else "in",
        lines=in_full(mine.lines),
        window=(against[0].at, mine.at),
        hits=len(against) + 1,
        dedup=view.key,
    )


def _evidence(view: View, use: Use) -> Evidence:
    return Evidence(
        use.refs[0],
        "同一追溯码的使用",
        {
            "时间": text_of(use.at),
            "机构": name_of(view.registers, use.institution, use.at),
            "数量": "整盒" if use.whole else f"拆零{plain(round(use.pieces, 2))}",
            "状态": "已结算，未冲正" if use.settlement else "未结算",
        },
    )


def _placeholder(view: View, found: Sequence[Use], institutions: int) -> Finding:
    last = found[-1]
    return Finding(
        anchor=PLACEHOLDER,
        at=last.at,
        severity=NOTICE,
        action="A0",
        explanation=(
            f"追溯码{view.key}被{institutions}家机构使用，应为系统填写的占位符而非一盒药的追溯码，"
            "不据此提示重复结算，请核对各机构的扫码上传。"
        ),
        counterfactual="若各机构上传真实追溯码，则自动恢复判断。",
        evidence=tuple(_evidence(view, use) for use in found[-SHOWN:]),
        institution=last.institution,
        hits=len(found),
        dedup=view.key,
    )


RULE = Rule(
    id="DT-01",
    name="药品追溯码重复结算",
    name_en="Duplicate drug trace code",
    description="同一追溯码的药品在另一次未冲正的结算中再次出现，或拆零数量累计超过一盒。",
    phases=("pre", "in", "post"),
    severity=5,
    legal=("TL-40(3)", "TL-38(4)"),
    causes=("24", "14", "20"),
    formula="M1",
    actions={"pre": "A2", "in": "A5", "post": "Q2"},
    parameters=TraceParameters(),
    stages=(
        TELL_SOLD,
        Stage(
            name="duplicates",
            subject=TRACE,
            triggers=(Signal,),
            signals=(USE, SOLD, RETURN),
            affected=_later_uses,
            judge=_judge,
        ),
    ),
    official=("TRACE",),
    subsumes=("DT-02",),
)
