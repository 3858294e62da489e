"""Keeps other sites' pages from acting with a person's session (CSRF).

Two independent checks: the browser's own word on where a request comes from (Fetch Metadata, or
Origin in an older browser), and a token that only our pages know.
"""

from __future__ import annotations

import hmac
from typing import Final
from urllib.parse import urlsplit

from starlette.requests import Request

from api.settings import ApiSettings

TOKEN_HEADER: Final = "x-csrf-token"
TOKEN_FIELD: Final = "csrf_token"
SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})


class ForeignRequest(Exception):
    """A request that our own pages did not send."""


def check_origin(request: Request, settings: ApiSettings) -> None:
    """Raise if the browser says that another site caused this request."""
    site = request.headers.get("sec-fetch-site")
    if site is not None and site not in ("same-origin", "none"):
        raise ForeignRequest
    origin = request.headers.get("origin")
    if origin is None:
        return
    own = {urlsplit(settings.public_base_url).netloc, request.headers.get("host", "")}
    if urlsplit(origin).netloc not in own:
        raise ForeignRequest


def check_token(expected: str | None, sent: str | None) -> None:
    """Raise if the request lacks the token of its session."""
    if expected is None or sent is None:
        raise ForeignRequest
    if not hmac.compare_digest(expected.encode(), sent.encode("utf-8", "surrogatepass")):
        raise ForeignRequest
