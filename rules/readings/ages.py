"""Ages as the law counts them: completed years, months and days by the calendar."""

from __future__ import annotations

from domain.moments import date_of, day_of


def years_between(birth: int, at: int) -> int:
    """Completed years; one born on 29 February completes a year on 1 March.

    >>> from domain.moments import moment
    >>> years_between(moment("2008-05-02"), moment("2026-05-01"))
    17
    >>> years_between(moment("2008-05-02"), moment("2026-05-02"))
    18
    """
    born, day = date_of(birth), date_of(at)
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def months_between(birth: int, at: int) -> int:
    """Completed months.

    >>> from domain.moments import moment
    >>> months_between(moment("2026-01-31"), moment("2026-03-01"))
    1
    """
    born, day = date_of(birth), date_of(at)
    return 12 * (day.year - born.year) + day.month - born.month - (day.day < born.day)


def days_between(birth: int, at: int) -> int:
    """Natural days since the day of birth."""
    return day_of(at) - day_of(birth)
