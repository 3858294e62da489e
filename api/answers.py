"""How answers are written: one JSON encoder, ETag and Location, links to the next page."""

from __future__ import annotations

from typing import Any

import msgspec
from fastapi import Request
from starlette.datastructures import URL
from starlette.responses import Response

from api.idempotency import Answer

JSON = "application/json"


def encode(fields: Any) -> bytes:
    return msgspec.json.encode(fields)


def json_answer(fields: Any, *, status: int = 200, etag: str | None = None) -> Response:
    return repeatable(Answer(status, encode(fields), etag))


def repeatable(answer: Answer) -> Response:
    """The response of an answer that may be one given before."""
    headers = {}
    if answer.etag is not None:
        headers["etag"] = answer.etag
    if answer.location is not None:
        headers["location"] = answer.location
    return Response(answer.body, answer.status, headers, JSON)


def page_answer(request: Request, fields: dict[str, Any]) -> Response:
    """One page of a list, with the address of the next one (RFC 8288)."""
    answer = json_answer(fields)
    if fields["next_cursor"] is not None:
        here = URL(scope={**request.scope, "root_path": ""})
        following = here.include_query_params(cursor=fields["next_cursor"])
        answer.headers["link"] = f'<{following.path}?{following.query}>; rel="next"'
    return answer
