"""Errors at the console are pages; a visitor who must log in is led there and back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import msgspec
from fastapi import Request
from starlette.responses import RedirectResponse, Response

from api.console import LOGIN, PASSWORD, PREFIX
from api.console.rendering import page
from api.security.principals import NotAuthenticated, PasswordChangeRequired

Handler = Callable[[Request, Exception], Response]


def either(answer: Handler) -> Handler:
    """The same error as a page under /console, and as the API has it elsewhere."""

    def handle(request: Request, error: Exception) -> Response:
        if not request.url.path.startswith(f"{PREFIX}/"):
            return answer(request, error)
        if isinstance(error, NotAuthenticated):
            return _lead_to(request, f"{LOGIN}?next={quote(_back(request), safe='')}")
        if isinstance(error, PasswordChangeRequired):
            return _lead_to(request, PASSWORD)
        return _error_page(request, answer(request, error))

    return handle


def _error_page(request: Request, problem: Response) -> Response:
    details: dict[str, Any] = msgspec.json.decode(problem.body)
    answer = page(request, "error.html", None, status=problem.status_code, problem=details)
    for name in ("retry-after", "allow"):
        if name in problem.headers:
            answer.headers[name] = problem.headers[name]
    return answer


def _lead_to(request: Request, address: str) -> Response:
    if request.headers.get("hx-request"):
        # A redirect would be followed by htmx and end up inside the page.
        return Response(status_code=204, headers={"hx-redirect": address})
    return RedirectResponse(address, status_code=303)


def _back(request: Request) -> str:
    """Where to go on after logging in: a page, never a form that was being sent."""
    if request.method != "GET" or request.url.path.endswith("/stream"):
        return f"{PREFIX}/alerts"
    query = request.url.query
    return f"{request.url.path}?{query}" if query else request.url.path
