"""Claims that nobody here wrote: every line is read, and nobody in them is accused."""

from __future__ import annotations

from domain.decode import MalformedEvent
from fundguard.auditing import audit_files
from fundguard.files import Numbered
from tests.city import house_book
from tests.published import foreign_claims


def test_foreign_claims_are_read_whole_and_accuse_nobody() -> None:
    def refuse(line: Numbered, error: MalformedEvent) -> None:
        raise AssertionError(f"{line.number}: {error}")

    report = audit_files([foreign_claims()], house_book(), refuse)
    assert report.events == 1915
    assert report.failures == {}
    assert report.alerts == {}
