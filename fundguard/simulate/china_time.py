"""China Standard Time in the two spellings of the contract."""

from datetime import date, datetime, time, timedelta, timezone

CST = timezone(timedelta(hours=8))
DAY = timedelta(days=1)


def clock(day: date, hour: int, minute: int = 0, second: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute, second), CST)


def national(moment: datetime) -> str:
    """Spell a moment as the national interfaces do, `yyyy-MM-dd HH:mm:ss`.

    >>> national(clock(date(2026, 1, 2), 9, 5))
    '2026-01-02 09:05:00'
    """
    return moment.isoformat(" ")[:19]


def midnight(day: date) -> str:
    return f"{day.isoformat()} 00:00:00"
