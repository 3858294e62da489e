"""Settlements of one kind at one level of hospital, where AN-01 learns what is ordinary.

The key is ``med_type|hosp_lv``, the med_type cut to its two national digits. Settlements pass
through and are not kept: the state is the model's alone.
"""

from __future__ import annotations

from typing import Final

from rules.subjects.subject import Subject

STRATUM: Final = "stratum"

SUBJECT = Subject(name=STRATUM, description="同类结算", keeps={})


def key_of(med_type: str, level: str) -> str:
    """Local subtypes share the stratum of their national type.

    >>> key_of("140104", "5")
    '14|5'
    """
    return f"{med_type[:2]}|{level}"
