"""The console's texts: one file a language, the same keys in each."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Final

from api.languages import Language

_FOLDER: Final = Path(__file__).parent / "texts"


class Texts:
    """The texts of one language. An unknown key fails: a page never shows a key for a text."""

    def __init__(self, language: Language, entries: dict[str, str]) -> None:
        self.language = language
        self._entries = entries

    def __call__(self, key: str, **values: object) -> str:
        text = self.raw(key)
        return text.format(**values) if values else text

    def raw(self, key: str) -> str:
        """The text with its places still open."""
        return self._entries[key]

    def get(self, prefix: str, code: str) -> str:
        """The text of a code that comes from outside; the code itself if we have none."""
        return self._entries.get(f"{prefix}.{code}", code)

    @property
    def keys(self) -> frozenset[str]:
        return frozenset(self._entries)


@cache
def texts(language: Language) -> Texts:
    path = _FOLDER / f"{language}.json"
    return Texts(language, json.loads(path.read_text(encoding="utf-8")))
