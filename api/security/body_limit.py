"""Refuses bodies that are too large, whether or not they say so in advance."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class BodyLimit:
    """``wide`` paths take up to ``wide_bytes``, all others ``bytes_``."""

    def __init__(self, app: ASGIApp, *, bytes_: int, wide: frozenset[str], wide_bytes: int) -> None:
        self._app = app
        self._bytes = bytes_
        self._wide = wide
        self._wide_bytes = wide_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = self._wide_bytes if scope["path"] in self._wide else self._bytes
        seen = 0

        async def limited() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > limit:
                raise HTTPException(413)
            return message

        await self._app(scope, limited, send)
