"""Why a list was refused."""

from __future__ import annotations


class UnreadableList(ValueError):
    """A list that cannot be read in full; nothing of it is taken. The operator must correct the
    file (or give ``--published``) and import it again."""

    def __init__(self, file: str, place: str, reason: str) -> None:
        super().__init__(f"{file} {place}: {reason}" if place else f"{file}: {reason}")
        self.file = file
        self.place = place
        self.reason = reason
