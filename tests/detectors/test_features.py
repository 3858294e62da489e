from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.features import roundness, settlement_features
from domain.facts import Line, Settled
from domain.moments import Moment, moment

NOON = moment("2026-03-02 12:30:00")
amounts = st.decimals(min_value=-(10**9), max_value=10**9, places=2)


def line(code: str, amount: str, **fields: object) -> Line:
    given = {"quantity": Decimal(1), "price": Decimal(amount), "covered": Decimal(amount)}
    return Line(id=code, at=NOON, code=code, amount=Decimal(amount), **(given | fields))  # type: ignore[arg-type]


def settled(total: str = "200.00", at: Moment = NOON) -> Settled:
    return Settled(
        ref="e1",
        at=at,
        settlement="S1",
        visit="V1",
        person="P1",
        institution="H1",
        med_type="11",
        total=Decimal(total),
        fund=Decimal(0),
    )


def test_shares_supply_and_price_come_from_the_lines() -> None:
    lines = [
        line("d", "100.00", list_type="101", days=Decimal(7), price=Decimal(50)),
        line("e", "60.00", list_type="201", category="04"),
        line("m", "40.00", list_type="301", days=None),
    ]
    seen = settlement_features(settled(), lines, None, 3.5)
    assert (seen.drug_share, seen.exam_share, seen.material_share) == (0.5, 0.3, 0.2)
    assert (seen.lines, seen.days_supply, seen.unit_price_yuan) == (3, 7, 60)
    assert (seen.fee_yuan, seen.roundness, seen.hour, seen.distance_km) == (200, 0.8, 12.5, 3.5)


def test_a_refunded_line_leaves_no_share() -> None:
    lines = [line("d", "100.00", list_type="101"), line("e", "60.00", category="03")]
    refund = line("r", "-100.00", list_type="101", refund_of="d")
    seen = settlement_features(settled(), [*lines, refund], None, None)
    assert (seen.drug_share, seen.exam_share, seen.lines) == (0, 1, 2)


def test_national_codes_speak_where_the_list_type_is_absent() -> None:
    lines = [line("XA02BCA001A001010100001", "30.00"), line("C0101010010000100001", "70.00")]
    seen = settlement_features(settled(), lines, None, None)
    assert (seen.drug_share, seen.material_share) == (0.3, 0.7)


def test_what_nobody_told_us_is_unknown_rather_than_zero() -> None:
    seen = settlement_features(settled(at=moment("2026-03-02")), [], None, None)
    assert (seen.lines, seen.drug_share, seen.days_supply, seen.unit_price_yuan) == (None,) * 4
    assert (seen.hour, seen.distance_km, seen.gap_days) == (None, None, None)


@pytest.mark.parametrize(
    ("previous", "gap"),
    [("2026-03-01 00:30:00", 1.5), ("2026-03-02 12:30:00", 0), ("2026-03-05 00:00:00", None)],
)
def test_the_gap_reaches_back_only(previous: str, gap: float | None) -> None:
    assert settlement_features(settled(), [], moment(previous), None).gap_days == gap


@given(amount=amounts)
def test_roundness_is_a_share_that_grows_with_every_zero(amount: Decimal) -> None:
    assert 0 <= roundness(amount) <= 1
    assert roundness(amount * 10) >= roundness(amount)
    assert roundness(-amount) == roundness(amount)
