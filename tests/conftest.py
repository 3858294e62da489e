"""What every test may rely on."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def _own_data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reads or writes the operator's data directory."""
    monkeypatch.setenv("FUNDGUARD_DATA_DIR", str(tmp_path / "data"))
