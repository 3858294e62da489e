"""ID-01 盗刷/冒名就医购药: somebody else behind a person's credential.

A card reported lost and used all the same is certain. Otherwise signs are added up, none of which
proves anything alone (`id_01_signs`); a sign that is absent, such as a face check nobody made,
weighs nothing.

Left open by the catalogue, chosen here:

- The card must be the very card of the report: a replacement has another number, and where a
  settlement names no card, none was lost. In a stay the card counts at admission. A visit opened
  with a lost card is found before it is settled (phase ``in``).
- Liveness fails below ``face_min_liveness``. A check passed at the settlement itself clears a
  failure of the hours before.
- Whoever pays for somebody else (代取药, 家庭共济) and whoever is treated under its mother's
  identity are accounted for; their settlements neither accuse nor lend signs to others.
- A downgrade is a card where the look-back knows only the e-credential or a checked face; the
  events do not tell whether a PIN was asked for.
- Places, drug classes and habits are compared with the person's own earlier visits; without any
  there is no sign. A drug class is code[1:6] of an X or Z code, and dear when its lines together
  exceed ``high_value_yuan``.
- A journey to an institution whose place ID-02 doubts is no sign, nor is its distance.
- ``score_hold`` asks for a hold (A4) even after the settlement, since funds are cleared later.
  A person's second such settlement makes it a clue (C1): with the same lost card at any time of
  the look-back, or by score within the window.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from domain.codes import is_inpatient
from domain.facts import Care, Fact, Fees, Registered, Settled, Signal, VisitClosed, VisitOpened
from domain.findings import GRAVE, VIOLATION, Evidence, Finding
from domain.moments import DAY, HOUR, Moment, text_of
from domain.money import plain, yuan
from rules.packs.identity.id_01_conflicts import limited_visits
from rules.packs.identity.id_01_parameters import DOUBTED, CredentialParameters
from rules.packs.identity.id_01_signs import Sign, earlier, is_accounted_for, openings, signs
from rules.packs.identity.id_04_parameters import CROWDED
from rules.projections.institution_day import TALLY
from rules.readings.claims import settlements_of
from rules.readings.credentials import CARD_LOSS, Loss, loss_of, reported_at
from rules.readings.encounters import is_about_person
from rules.readings.geography import name_of
from rules.readings.in_words import credential_name
from rules.readings.travel import HIT, TravelParameters, geocode_suspect, hits_concerned
from rules.rule import Judgement, Rule, Stage, Tell
from rules.subjects.institution import INSTITUTION
from rules.subjects.person import PERSON
from rules.view import View

SHOWN = 10

Anchor = Settled | VisitOpened


def _affected(view: View, fact: Fact) -> Iterator[str]:
    p = CredentialParameters()
    window = 2 * p.window_hours * HOUR  # a settlement's own signs, and those of the ones it counts
    reach = p.lookback_days * DAY + window
    match fact:
        case Registered(kind=kind) if kind == CARD_LOSS:
            yield from _since(view, min(fact.at, reported_at(fact)), None)
        case Signal():
            yield from _since(view, fact.at, fact.at + window)
        case Settled() | VisitOpened() | VisitClosed() | Fees():
            lines = fact.lines if isinstance(fact, Settled | Fees) else ()
            yield from _since(view, min([fact.at, *(line.at for line in lines)]), fact.at + reach)
            yield from (opened.ref for opened in openings(view, fact.visit))
            for claim in settlements_of(view, fact.visit):
                yield from _since(view, claim.at, claim.at + window)
        case Care():
            yield from _since(view, fact.at, fact.at + reach)
    if isinstance(fact, Settled | VisitOpened):
        yield fact.ref
    if is_about_person(fact) or isinstance(fact, VisitOpened | VisitClosed):  # or its diagnoses
        for visit in view.once(limited_visits):
            for claim in settlements_of(view, visit):
                yield from _since(view, claim.at, claim.at + window)


def _since(view: View, since: int, until: int | None) -> Iterator[str]:
    end = until if until is not None else 2**53
    yield from (claim.ref for claim in view.between(Settled, since, end))
    yield from (opened.ref for opened in view.between(VisitOpened, since, end))


def _judge(view: View, anchor: str, p: CredentialParameters) -> Judgement:
    claim = view.find(Settled, anchor)
    if claim is None:
        yield from _judge_opening(view, anchor)
    elif not is_accounted_for(view, claim):
        if loss := _lost(view, claim):
            yield _finding(view, claim, p, loss=loss)
            return
        found = signs(view, claim, p)
        if _score(found) >= p.score_alert:
            yield _finding(view, claim, p, found=found)


def _judge_opening(view: View, anchor: str) -> Judgement:
    """A visit opened with a lost card and not settled yet."""
    opened = view.find(VisitOpened, anchor)
    if opened is None or opened.newborn or settlements_of(view, opened.visit):
        return
    if loss := loss_of(view, opened.card, opened.at):
        place = name_of(view.registers, opened.institution, opened.at)
        yield Finding(
            anchor=anchor,
            at=opened.at,
            severity=VIOLATION,
            explanation=(
                f"社保卡已于{text_of(loss.reported)}挂失，"
                f"{text_of(opened.at)}仍在{place}被用于办理就诊。"
            ),
            counterfactual=_PASS_LOST,
            evidence=(_reported(loss), _used(view, opened, "持挂失卡办理就诊")),
            person=view.key,
            institution=opened.institution,
            practitioner=opened.doctor,
            visit=opened.visit,
            phase="in",
            window=(loss.reported, opened.at),
            score=100.0,
            contributions={"loss_report": "100"},
        )


def _lost(view: View, claim: Settled) -> Loss | None:
    """The report of the card this was settled with, or its visit opened with."""
    opened = openings(view, claim.visit)
    admitted = opened[0].at if opened and is_inpatient(claim.med_type) else claim.at
    uses = [(claim.card, min(admitted, claim.at)), *((one.card, one.at) for one in opened)]
    return next((loss for card, at in uses if (loss := loss_of(view, card, at))), None)


def _score(found: Iterable[Sign]) -> int:
    return sum(sign.weight for sign in found)


_PASS_LOST = "若使用的是补发的新卡，或当时挂失已解除，则不提示。"


def _finding(
    view: View,
    claim: Settled,
    p: CredentialParameters,
    *,
    loss: Loss | None = None,
    found: Iterable[Sign] = (),
) -> Finding:
    found = list(found) or signs(view, claim, p)
    score = max(_score(found), p.loss_report_weight if loss else 0)
    weights = {sign.name: str(sign.weight) for sign in found}
    again = _again(view, claim, loss, p)
    return Finding(
        anchor=claim.ref,
        at=claim.at,
        severity=VIOLATION if loss else GRAVE,
        explanation=_explain(view, claim, loss, list(found), p),
        counterfactual=_PASS_LOST
        if loss
        else f"若各项迹象合计不足{p.score_alert}分（如人脸复核通过、已登记代办人付款），则不提示。",
        evidence=(*([_reported(loss)] if loss else ()), *_timeline(view, claim, found, p)),
        person=view.key,
        institution=claim.institution,
        visit=claim.visit,
        settlement=claim.settlement,
        action=("A4" if score >= p.score_hold else "Q2") + ("+C1" if again else ""),
        whole=claim.fund,
        window=(loss.reported if loss else Moment(claim.at - p.window_hours * HOUR), claim.at),
        score=float(score),
        contributions={"loss_report": str(p.loss_report_weight), **weights} if loss else weights,
    )


def _again(view: View, claim: Settled, loss: Loss | None, p: CredentialParameters) -> bool:
    """Whether an earlier settlement was a hit as well."""
    if loss:
        since = max(loss.reported, claim.at - p.lookback_days * DAY)
        past = view.between(Settled, since, claim.at)
        return any(_lost(view, other) == loss for other in past if other.ref != claim.ref)
    return any(_score(signs(view, other, p)) >= p.score_alert for other in earlier(view, claim, p))


def _explain(
    view: View, claim: Settled, loss: Loss | None, found: list[Sign], p: CredentialParameters
) -> str:
    place = name_of(view.registers, claim.institution, claim.at)
    said = "；".join(f"{sign.said}，计{sign.weight}分" for sign in found)
    settled = f"{text_of(claim.at)}在{place}结算{yuan(claim.total)}元"
    if loss:
        more = f"，另有冒用迹象：{said}" if said else ""
        return f"社保卡已于{text_of(loss.reported)}挂失，{settled}时仍使用该卡{more}。"
    return f"{settled}，冒用迹象合计{_score(found)}分，达到{p.score_alert}分的提示线：{said}。"


def _reported(loss: Loss) -> Evidence:
    return Evidence(loss.ref, "挂失记录", {"挂失时间": text_of(loss.reported)})


def _timeline(
    view: View, claim: Settled, found: Iterable[Sign], p: CredentialParameters
) -> Iterator[Evidence]:
    """The settlement with what it shows, and the last ones before it."""
    shown = {f"迹象{number}": sign.said for number, sign in enumerate(found, 1)}
    yield _used(view, claim, "本次结算", shown)
    since = claim.at - p.lookback_days * DAY
    past = [
        other
        for other in view.between(Settled, since, claim.at)
        if (other.at, other.ref) < (claim.at, claim.ref) and not other.void
    ]
    for other in reversed(past[1 - SHOWN :]):
        yield _used(view, other, "此前结算")


def _used(view: View, use: Anchor, summary: str, shown: dict[str, str] | None = None) -> Evidence:
    values = {
        "时间": text_of(use.at),
        "机构": name_of(view.registers, use.institution, use.at),
        "凭证": credential_name(use.credential),
        "终端": use.terminal,
    }
    if isinstance(use, Settled):
        values["操作员"] = use.operator
        values["总额"] = yuan(use.total)
        values["人脸"] = "" if use.face_score is None else plain(use.face_score)
    values.update(shown or {})
    return Evidence(use.ref, summary, {name: value for name, value in values.items() if value})


def _doubt(view: View, anchor: str, p: CredentialParameters) -> Judgement:
    """Tell the traveller that the institution's place is in doubt (ID-02)."""
    hit = view.find(Signal, anchor)
    if hit is not None and geocode_suspect(view, hit.at, TravelParameters()):
        doubt = Signal(
            ref=f"{DOUBTED} {hit.refs[-1]}",
            at=hit.at,
            name=DOUBTED,
            person=hit.person,
            institution=hit.institution,
            visit=hit.visit,
            settlement=hit.settlement,
            refs=hit.refs,
        )
        yield Tell(PERSON, hit.person, doubt)


RULE = Rule(
    id="ID-01",
    name="盗刷/冒名就医购药",
    name_en="Stolen-credential / impersonated use",
    description="使用已挂失的社保卡，或身份核验、生物学矛盾与行为迹象合计达到提示分值。",
    phases=("in", "post"),
    severity=GRAVE,
    legal=("TL-15", "TL-40(1)", "TL-41"),
    causes=("20", "27", "31"),
    formula="M6",
    actions={"in": "A4", "post": "Q2"},
    parameters=CredentialParameters(),
    stages=(
        Stage(
            name="settlement",
            subject=PERSON,
            triggers=(Settled, VisitOpened, VisitClosed, Fees, Care, Registered, Signal),
            signals=(CROWDED, DOUBTED),
            affected=_affected,
            judge=_judge,
        ),
        Stage(
            name="doubt",
            subject=INSTITUTION,
            triggers=(Signal,),
            signals=(HIT, TALLY),
            affected=hits_concerned,
            judge=_doubt,
        ),
    ),
)
