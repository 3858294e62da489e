"""Style sheet and scripts: shipped with the package, addressed by their digest, kept for long."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Final

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from api.console import PREFIX

_FOLDER: Final = Path(__file__).parent / "static"
_FOR_A_YEAR: Final = "public, max-age=31536000, immutable"


class _Assets(StaticFiles):
    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers["cache-control"] = _FOR_A_YEAR if scope["query_string"] else "no-cache"
        return response


STATIC: Final = _Assets(directory=_FOLDER)


@cache
def asset(name: str) -> str:
    """The address of a file; it changes when the file does."""
    digest = hashlib.sha256((_FOLDER / name).read_bytes()).hexdigest()[:12]
    return f"{PREFIX}/static/{name}?v={digest}"
