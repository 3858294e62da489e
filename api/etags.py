"""Versions as HTTP sees them: a strong ETag out, If-Match in (RFC 9110 §13.1.1, RFC 6585 §3)."""

from __future__ import annotations

import re
from typing import Final

_TAG: Final = re.compile(r'(W/)?"([^"]*)"')


class VersionRequired(Exception):
    """Say which version you decided on: send If-Match with the ETag you were shown."""


class StaleVersion(Exception):
    """Somebody else was faster; ``current`` is the version to look at now."""

    def __init__(self, current: int) -> None:
        super().__init__(f"current version is {current}")
        self.current = current


class Expected:
    """What an If-Match header accepts; a weak tag accepts nothing."""

    def __init__(self, header: str | None) -> None:
        if header is None:
            raise VersionRequired
        self._any = header.strip() == "*"
        self._tags = {tag for weak, tag in _TAG.findall(header) if not weak}

    def check(self, current: int) -> None:
        if not self._any and str(current) not in self._tags:
            raise StaleVersion(current)


def etag(version: int) -> str:
    return f'"{version}"'
