"""What a book stock was: never less than it can have been, and unknown without a stock-take."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from rules.readings.inventory import StockDay, book_stock


def day(number: int, counted: int | None = None, came: int = 0, went: int = 0) -> StockDay:
    stock = None if counted is None else Decimal(counted)
    return StockDay(number, stock, Decimal(came), Decimal(came), Decimal(went), 0, {}, ())


def left(days: Sequence[StockDay], on: int) -> Decimal | None:
    balance = book_stock(days, on)
    return None if balance is None else balance.stock


def test_a_stock_take_and_later_movements_make_the_stock() -> None:
    days = [day(1, counted=20), day(2, came=5), day(3, went=8), day(9, came=99)]
    assert left(days, 5) == 17


def test_what_was_bought_alone_says_nothing_of_the_stock() -> None:
    assert left([day(1, came=10)], 5) is None


def test_a_stock_take_serves_a_year() -> None:
    assert left([day(1, counted=0)], 366) == 0
    assert left([day(1, counted=0)], 367) is None


def test_what_left_on_the_day_itself_may_have_left_afterwards() -> None:
    assert left([day(1, counted=3), day(5, went=3)], 5) == 3
    assert left([day(5, counted=0, went=3)], 5) == 3


def test_a_book_stock_below_zero_lacks_purchases() -> None:
    assert left([day(1, counted=3), day(2, went=9)], 5) is None


units = st.integers(0, 50)
movements = st.lists(st.tuples(units, units), min_size=1, max_size=8)


@given(units, movements, st.integers(0, 9))
def test_it_is_never_less_than_was_really_there(
    counted: int, moved: list[tuple[int, int]], on: int
) -> None:
    """Whatever the order of goods within each day, and whenever in its day the count was made."""
    days = [day(0, counted=counted)]
    days += [day(number, came=came, went=went) for number, (came, went) in enumerate(moved, 1)]
    before = [one for one in days[1:] if one.day < on]
    came = sum(one.came for one in before)
    went = sum(one.went for one in before)
    found = left(days, on)
    assert found is None or found >= counted + came - went
