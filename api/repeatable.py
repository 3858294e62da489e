"""Runs a route's transaction in a worker thread, once, however often the request is sent."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import Request
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from api import answers, idempotency
from api.idempotency import Answer
from api.security.principals import Principal
from api.shell import Shell


async def run_once(
    request: Request,
    shell: Shell,
    principal: Principal,
    key: str | None,
    work: Callable[[Session], Answer],
) -> Response:
    """The response of ``work``, or the one the same request was given before."""
    asked = idempotency.Request(
        principal.name, key, request.method, request.url.path, await request.body()
    )
    answer = await run_in_threadpool(idempotency.once, shell.store, asked, work)
    return answers.repeatable(answer)
