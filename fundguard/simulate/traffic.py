"""How much happens, of what kind, and at which hour of the week.

Rates and shares: the 2025 national figures and a county's two years of settlements
(08-workload: 28 M settlements a day for 1,326.62 M insured; 47/35/5/5.4/7.6 %).
"""

from datetime import date, datetime, timedelta
from enum import Enum, auto
from math import exp, sqrt
from random import Random

from fundguard.simulate.china_time import clock

SETTLEMENTS_PER_PERSON_DAY = 0.0211


class Kind(Enum):
    PURCHASE = auto()
    OUTPATIENT = auto()
    CHRONIC = auto()
    STAY = auto()
    CLINIC = auto()


SHARES = {
    Kind.PURCHASE: 0.47,
    Kind.OUTPATIENT: 0.35,
    Kind.CHRONIC: 0.05,
    Kind.STAY: 0.054,
    Kind.CLINIC: 0.076,
}
# Monday to Sunday, mean 1; the busy day is 1.5 times the quietest.
COUNTER_WEEK = (1.0, 0.97, 0.97, 0.97, 1.03, 1.06, 1.0)
HOSPITAL_WEEK = (1.3, 1.15, 1.08, 1.05, 1.02, 0.75, 0.65)
WEEK = {
    Kind.PURCHASE: COUNTER_WEEK,
    Kind.CLINIC: COUNTER_WEEK,
    Kind.OUTPATIENT: HOSPITAL_WEEK,
    Kind.CHRONIC: HOSPITAL_WEEK,
    Kind.STAY: HOSPITAL_WEEK,
}
# Share of a day's traffic by hour; the busy hour carries 12 %.
COUNTER_HOURS = {
    **{8: 6, 9: 11, 10: 12, 11: 8, 12: 5, 13: 4, 14: 6},
    **{15: 8, 16: 8, 17: 9, 18: 9, 19: 8, 20: 5},
}
HOSPITAL_HOURS = {8: 11, 9: 12, 10: 12, 11: 8, 12: 3, 13: 7, 14: 11, 15: 10, 16: 7}
ADMISSION_HOURS = {8: 5, 9: 12, 10: 12, 11: 10, 14: 8, 15: 8, 16: 6}
NIGHT_HOURS = {0: 2, 1: 1, 2: 1, 3: 1, 4: 1, 5: 1, 22: 4, 23: 3}
HOURS = {
    Kind.PURCHASE: COUNTER_HOURS,
    Kind.CLINIC: COUNTER_HOURS,
    Kind.OUTPATIENT: HOSPITAL_HOURS,
    Kind.CHRONIC: HOSPITAL_HOURS,
    Kind.STAY: ADMISSION_HOURS,
}


def number_of(rng: Random, kind: Kind, day: date, persons: int) -> int:
    """How many settlements of a kind begin that day."""
    share = SETTLEMENTS_PER_PERSON_DAY * SHARES[kind]
    return poisson(rng, persons * share * WEEK[kind][day.weekday()])


def poisson(rng: Random, mean: float) -> int:
    """Draw a count: exactly where it is small, by the normal curve where it is large."""
    if mean > 50:
        return max(0, round(rng.gauss(mean, sqrt(mean))))
    count, product, limit = 0, rng.random(), exp(-mean)
    while product > limit:
        count += 1
        product *= rng.random()
    return count


def hour_of(rng: Random, day: date, hours: dict[int, int]) -> datetime:
    hour = rng.choices(list(hours), list(hours.values()))[0]
    return clock(day, hour) + timedelta(seconds=rng.randrange(3600))
