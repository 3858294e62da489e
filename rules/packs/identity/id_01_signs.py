"""The signs of ID-01 that point at somebody else behind a credential, beside a lost card.

Each is looked for in the settlement itself and in those of the two hours before it, and counts
once. The strong ones come first: where none of them is there, the weak ones together (habits the
person departs from) cannot reach the alert line, and need not be looked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Final

from msgspec import Struct

from domain.codes import CARD, E_CREDENTIAL
from domain.facts import Line, Settled, Signal, VisitOpened
from domain.moments import DAY, HOUR
from domain.money import ZERO, plain, yuan
from rules.knowledge.constraints import AgeLimit, SexLimit
from rules.packs.identity.id_01_conflicts import conflict
from rules.packs.identity.id_01_parameters import DOUBTED, CredentialParameters
from rules.packs.identity.id_04_parameters import CROWDED
from rules.readings.claims import lines_by_visit, with_lines
from rules.readings.credentials import face_failed, face_passed
from rules.readings.geography import Point, distance_km, place_of
from rules.readings.presence import presences
from rules.readings.travel import TravelParameters, impossible_journey
from rules.view import View

_TRAVEL: Final = TravelParameters()


class Sign(Struct, frozen=True):
    """One sign: its name among the weights, what was seen, and the event that shows it."""

    name: str
    weight: int
    said: str
    ref: str


Look = Callable[[View, Settled, CredentialParameters], Sign | None]


def signs(view: View, claim: Settled, p: CredentialParameters) -> list[Sign]:
    """The signs at this settlement, each kind once; none where they cannot reach the line."""
    near = [*earlier(view, claim, p), claim]
    journey = _travel(view, claim, p)
    found = [*([journey] if journey else ()), *_kinds(view, near, STRONG, p)]
    weak = p.new_institution_far_weight + p.drug_class_never_used_weight + p.cert_downgrade_weight
    if face_passed(claim, p.face_min_score, p.face_min_liveness):
        found = [sign for sign in found if sign.name != FACE]  # the second try succeeded
    if sum(sign.weight for sign in found) + weak < p.score_alert:
        return []
    return [*found, *_kinds(view, near, WEAK, p)]


def earlier(view: View, claim: Settled, p: CredentialParameters) -> list[Settled]:
    """The settlements of the hours before, apart from those made by somebody with a right to."""
    since = claim.at - p.window_hours * HOUR
    return [
        other
        for other in view.between(Settled, since, claim.at)
        if (other.at, other.ref) < (claim.at, claim.ref) and not is_accounted_for(view, other)
    ]


def is_accounted_for(view: View, claim: Settled) -> bool:
    """Whether another person was there rightly: a relative who pays, a newborn's mother."""
    if claim.newborn or (claim.payer and claim.payer != claim.person):
        return True
    return any(one.newborn for one in openings(view, claim.visit))


def openings(view: View, visit: str) -> Sequence[VisitOpened]:
    return view.once(_openings).get(visit, ())


def _openings(view: View) -> Mapping[str, list[VisitOpened]]:
    found: dict[str, list[VisitOpened]] = {}
    for opened in view.all(VisitOpened):
        found.setdefault(opened.visit, []).append(opened)
    return found


def _kinds(
    view: View, near: Sequence[Settled], looks: Sequence[Look], p: CredentialParameters
) -> Iterator[Sign]:
    """For each kind of sign the latest settlement that shows it."""
    for look in looks:
        for claim in reversed(near):
            if sign := look(view, claim, p):
                yield sign
                break


FACE: Final = "face_fail"


def _face(view: View, claim: Settled, p: CredentialParameters) -> Sign | None:
    if not face_failed(claim, p.face_min_score, p.face_min_liveness):
        return None
    seen = []
    if claim.face_score is not None and claim.face_score < p.face_min_score:
        seen.append(f"人脸比对{plain(claim.face_score)}（应不低于{p.face_min_score}）")
    if claim.liveness is not None and claim.liveness < p.face_min_liveness:
        seen.append(f"活体检测{plain(claim.liveness)}（应不低于{p.face_min_liveness}）")
    return Sign(FACE, p.face_fail_weight, "、".join(seen), claim.ref)


def _travel(view: View, claim: Settled, p: CredentialParameters) -> Sign | None:
    """An impossible journey (ID-02) that ended in the hours up to this settlement."""
    for presence in reversed(view.once(presences)):
        if presence.at < claim.at - p.window_hours * HOUR:
            return None
        if presence.at > claim.at or presence.visit in view.once(_doubted):
            continue
        if journey := impossible_journey(view, presence.ref, _TRAVEL):
            said = (
                f"与前次到场（{journey.before.name}）相距{journey.distance_km:.0f}公里"
                f"、仅隔{journey.minutes:.0f}分钟"
            )
            return Sign("impossible_travel", p.impossible_travel_weight, said, presence.ref)
    return None


def _doubted(view: View) -> frozenset[str]:
    """Visits at institutions whose registered place must be wrong, as ID-02 found them to be."""
    return frozenset(doubt.visit for doubt in view.signals(DOUBTED))


def _sex(view: View, claim: Settled, p: CredentialParameters) -> Sign | None:
    said = conflict(view, claim, SexLimit, p)
    return Sign("sex_conflict", p.sex_conflict_weight, said, claim.ref) if said else None


def _age(view: View, claim: Settled, p: CredentialParameters) -> Sign | None:
    said = conflict(view, claim, AgeLimit, p)
    return Sign("age_conflict", p.age_conflict_weight, said, claim.ref) if said else None


def _crowd(view: View, claim: Settled, p: CredentialParameters) -> Sign | None:
    told = view.once(_crowds).get(claim.ref)
    if told is None:
        return None
    said = f"同一终端{told.values['分钟']}分钟内刷卡不少于{told.values['人数不少于']}人"
    return Sign("crowded_terminal", p.crowded_terminal_weight, said, claim.ref)


def _crowds(view: View) -> Mapping[str, Signal]:
    return {told.refs[0]: told for told in view.signals(CROWDED)}


def _far(view: View, claim: Settled, p: CredentialParameters) -> Sign | None:
    """An institution never visited before, far from every one that was."""
    if claim.online or claim.visit in view.once(_doubted):
        return None
    before = {past.institution: past.at for past in _past(view, claim, p)}
    here = place_of(view.registers, claim.institution, claim.at)
    if claim.institution in before or here is None:
        return None
    known: list[Point] = []
    for institution, at in before.items():
        if place := place_of(view.registers, institution, at):
            known.append(place)
    nearest = min((distance_km(here, place) for place in known), default=0.0)
    if nearest <= p.far_km:
        return None
    said = f"{p.lookback_days}天内首次到该机构，距以往最近的就诊机构{nearest:.0f}公里"
    return Sign("new_institution_far", p.new_institution_far_weight, said, claim.ref)


def _past(view: View, claim: Settled, p: CredentialParameters) -> Iterator[Settled | VisitOpened]:
    """Other visits of the look-back, before this settlement."""
    since, until = claim.at - p.lookback_days * DAY, claim.at - 1
    for opened in view.between(VisitOpened, since, until):
        if opened.visit != claim.visit:
            yield opened
    for other in view.between(Settled, since, until):
        if other.visit != claim.visit:
            yield other


def _downgrade(view: View, claim: Settled, p: CredentialParameters) -> Sign | None:
    """A card, where until now it was always the e-credential or a face."""
    if claim.credential != CARD or face_passed(claim, p.face_min_score, p.face_min_liveness):
        return None
    habits = set()
    for past in _past(view, claim, p):
        by_face = isinstance(past, Settled) and past.face_score is not None
        habits.add(E_CREDENTIAL if by_face else past.credential)
    if E_CREDENTIAL not in habits or CARD in habits:
        return None
    said = f"{p.lookback_days}天内均用电子凭证或人脸核验，本次改用实体卡"
    return Sign("cert_downgrade", p.cert_downgrade_weight, said, claim.ref)


def _new_drug(view: View, claim: Settled, p: CredentialParameters) -> Sign | None:
    """A dear drug of a class that the person was never given before."""
    spent: dict[str, Decimal] = {}
    for line in with_lines(view, claim).lines:
        if group := drug_class(line):
            spent[group] = spent.get(group, ZERO) + line.amount
    dear = {group: amount for group, amount in spent.items() if amount > p.high_value_yuan}
    if not dear:
        return None
    since, known = claim.at - p.lookback_days * DAY, set[str]()
    for visit, lines in view.once(lines_by_visit).items():
        if visit != claim.visit:
            known |= {drug_class(line) for line in lines if since <= line.at < claim.at}
    known.discard("")
    new = sorted(group for group in dear if group not in known)
    if not known or not new:
        return None
    said = f"{p.lookback_days}天内从未用过的药品类别{new[0]}，{yuan(dear[new[0]])}元"
    return Sign("drug_class_never_used", p.drug_class_never_used_weight, said, claim.ref)


def drug_class(line: Line) -> str:
    """The five signs after the first letter of a national drug code: the ATC group of an X code,
    the class of a Chinese patent medicine (Z). Empty for anything else.

    >>> drug_class(Line("1", 0, "XA02BCA001A001010100001", *[ZERO] * 4))
    'A02BC'
    """
    code = line.code
    return code[1:6] if len(code) >= 20 and code[0] in "XZ" else ""


STRONG: Final[Sequence[Look]] = (_face, _sex, _age, _crowd)
WEAK: Final[Sequence[Look]] = (_far, _new_drug, _downgrade)
