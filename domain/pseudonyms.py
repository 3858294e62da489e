"""Pseudonyms for insured persons: what leaves the bureau names nobody.

A pseudonym is a keyed digest, so the same person has the same pseudonym in every alert, and
nobody without the key can try out numbers until one fits (PIPL art. 51; domain/12).
"""

from __future__ import annotations

import hashlib
from functools import lru_cache


@lru_cache(maxsize=65_536)
def pseudonym(person: str, key: bytes) -> str:
    """The pseudonym of a psn_no under a key of at most 64 bytes; no person, no pseudonym.

    >>> pseudonym("P1", b"k") == pseudonym("P1", b"k") != pseudonym("P2", b"k")
    True
    """
    if not person:
        return ""
    return "p" + hashlib.blake2b(person.encode(), key=key, digest_size=12).hexdigest()
