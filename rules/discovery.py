"""Plug-ins by folder: a new file in the right place is all the registration there is."""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator
from importlib import import_module
from types import ModuleType
from typing import TypeVar

T = TypeVar("T")


def discover(package: ModuleType, kind: type[T]) -> Iterator[T]:
    """Yield every module-level `kind` in `package` and below, in import-path order."""
    for info in pkgutil.walk_packages(package.__path__, prefix=f"{package.__name__}."):
        module = import_module(info.name)
        yield from (value for value in vars(module).values() if isinstance(value, kind))
