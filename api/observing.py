"""Gives every request a trace id, a line in the log and a place in the metrics.

The log names the route's template, never the path or the query: those name alerts and persons.
"""

from __future__ import annotations

import logging
import re
import secrets
from time import perf_counter
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.metrics import Metrics

_LOG: Final = logging.getLogger("fundguard.api.requests")
_TRACEPARENT: Final = re.compile(r"[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}")
_UNKNOWN: Final = "(none)"
# Anything else would let a client make up labels without end.
_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Observing:
    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        trace_id = _trace_id(Headers(scope=scope))
        scope.setdefault("state", {})["trace_id"] = trace_id
        started = perf_counter()
        status = 500

        async def observed(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["x-trace-id"] = trace_id
            await send(message)

        try:
            await self._app(scope, receive, observed)
        finally:
            _record(scope, trace_id, status, perf_counter() - started)


def _record(scope: Scope, trace_id: str, status: int, seconds: float) -> None:
    metrics: Metrics = scope["app"].state.shell.metrics
    route = str(getattr(scope.get("route"), "path", _UNKNOWN))
    method = scope["method"] if scope["method"] in _METHODS else _UNKNOWN
    metrics.requests.labels(method, route, str(status)).inc()
    metrics.latency.labels(method, route).observe(seconds)
    _LOG.info("%s %s %d %.1f ms trace %s", method, route, status, seconds * 1e3, trace_id)


def _trace_id(headers: Headers) -> str:
    """The caller's trace (W3C traceparent), or a new one."""
    found = _TRACEPARENT.fullmatch(headers.get("traceparent", ""))
    return found.group(1) if found and set(found.group(1)) != {"0"} else secrets.token_hex(16)
