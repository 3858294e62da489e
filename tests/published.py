"""Where the published lists lie that tests read: never a copy in this repository.

``FUNDGUARD_TWO_LIBRARIES`` names the folder; without it, the ``shared`` folder beside the
checkout is looked in. Tests that need the lists fail, loudly, where there are none.
"""

from __future__ import annotations

import os
from pathlib import Path

_BESIDE = Path(__file__).parents[2] / "shared" / "data" / "two-libraries"


def two_libraries() -> Path:
    folder = Path(os.environ.get("FUNDGUARD_TWO_LIBRARIES") or _BESIDE)
    if not (folder / "batches").is_dir():
        raise FileNotFoundError(
            f"the published lists are not at {folder}; set FUNDGUARD_TWO_LIBRARIES"
        )
    return folder


def batches() -> list[Path]:
    """The structured records, by batch."""
    return sorted((two_libraries() / "batches").glob("*.json.gz"))


def spreadsheets() -> list[Path]:
    """The first eight batches as a bureau receives them."""
    return sorted((two_libraries() / "lists").glob("*.xlsx"))


def foreign_claims() -> Path:
    """Claims that nobody here wrote: synthetic patients of another country, no planted fraud."""
    return two_libraries().parent / "synthea" / "events.jsonl.gz"
