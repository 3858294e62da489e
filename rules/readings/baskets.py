"""Baskets: what was charged together, told apart by codes and quantities alone."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from domain.facts import Line
from domain.money import plain


def basket_of(lines: Iterable[Line]) -> str:
    """A short digest of codes and quantities, the same in whatever order they were uploaded.

    The empty text stands for no lines at all.
    """
    return digest_of(f"{line.code}*{plain(line.quantity)}" for line in lines)


def digest_of(words: Iterable[str]) -> str:
    """A short digest of a set of words; the empty text for none."""
    content = sorted(words)
    if not content:
        return ""
    return hashlib.blake2b("\n".join(content).encode(), digest_size=6).hexdigest()
