"""Detectors by folder: a file ending in a `DetectorSpec` is all the registration there is."""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import detectors
from detectors.detector import DetectorSpec


def detector_specs() -> Iterator[DetectorSpec[Any]]:
    """Every spec of this package and below, in import-path order."""
    for info in pkgutil.walk_packages(detectors.__path__, prefix=f"{detectors.__name__}."):
        module = import_module(info.name)
        yield from (value for value in vars(module).values() if isinstance(value, DetectorSpec))
