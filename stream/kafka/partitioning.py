"""Which partition a subject's state lives on.

Persons live where Kafka's own partitioner puts events keyed by psn_no, so that they need no second
hop; all others where a checksum of their key says.
"""

from __future__ import annotations

from functools import lru_cache
from zlib import crc32

from kafka.partitioner.default import murmur2

from engine.auditor import Place
from rules.subjects.person import PERSON


@lru_cache(maxsize=500_000)
def home_of(place: Place, partitions: int) -> int:
    """The partition of a subject's state; the same for every worker and release.

    >>> home_of(("person", "P1"), 1), 0 <= home_of(("trace", "8"), 12) < 12
    (0, True)
    """
    subject, key = place
    if subject == PERSON:
        return int((murmur2(key.encode()) & 0x7FFFFFFF) % partitions)
    return crc32(f"{subject}\x1f{key}".encode()) % partitions


def partition_of_alert(alert_id: str, partitions: int) -> int:
    """All forms of one alert lie on one partition, in order."""
    return crc32(alert_id.encode()) % partitions
