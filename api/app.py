"""Puts the HTTP shell together: store, background work, routes, console."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Final

from fastapi import APIRouter, FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from api import console, problems, routes
from api.background import Background
from api.console import errors, pages
from api.console.assets import STATIC
from api.cursors import Cursors
from api.documented import describe
from api.events import EventSink
from api.gauges import register
from api.intake import AlertSource
from api.live import Live
from api.metrics import Metrics
from api.observing import Observing
from api.outbox import Publisher
from api.security.body_limit import BodyLimit
from api.security.headers import SecurityHeaders
from api.settings import ApiSettings
from api.shell import Shell
from api.store.database import Store, open_store
from api.store.migrate import migrate_store
from rules.discovery import discover

VERSION: Final = "0.1.0"
_BODY_BYTES: Final = 6 * 1024 * 1024  # a file of evidence and the form around it
_WIDE: Final = frozenset({"/api/v1/claim-events"})

Handler = Callable[[Request, Exception], Response]


def create_app(
    settings: ApiSettings,
    *,
    alert_source: AlertSource | None,
    publisher: Publisher | None,
    event_sink: EventSink | None,
) -> FastAPI:
    """The application. `fundguard` plugs in where alerts come from and where events go.

    Its start migrates the store and begins the background work; its end finishes both.
    """
    store = open_store(settings.database)
    background = Background(store, settings, alert_source, publisher)
    metrics = Metrics()
    live = Live(store, settings.stream_poll_seconds)
    register(metrics, store, background.loops, background.intake)
    app = FastAPI(
        title="fundguard",
        version=VERSION,
        description="医保基金智能监管: 疑点队列与案件 · the review queue and cases",
        docs_url=None,  # their pages load scripts from elsewhere
        redoc_url=None,
        lifespan=_lifespan(store, background, live),
    )
    app.state.shell = Shell(
        settings=settings,
        store=store,
        cursors=Cursors(_secret(settings)),
        metrics=metrics,
        live=live,
        event_sink=event_sink,
        loops=background.loops,
    )
    _add_routes(app)
    _add_error_answers(app)
    app.add_middleware(
        BodyLimit, bytes_=_BODY_BYTES, wide=_WIDE, wide_bytes=settings.claim_batch_bytes
    )
    app.add_middleware(SecurityHeaders, https=settings.is_https)
    app.add_middleware(Observing)
    return app


def _lifespan(
    store: Store, background: Background, live: Live
) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        await asyncio.to_thread(migrate_store, store)
        background.start()
        following = asyncio.create_task(live.run())
        try:
            yield
        finally:
            live.close()
            await following
            await asyncio.to_thread(background.stop)
            store.close()

    return lifespan


def _add_routes(app: FastAPI) -> None:
    for package in (routes, pages):
        for router in discover(package, APIRouter):
            app.include_router(router)
    app.mount(f"{console.PREFIX}/static", STATIC, name="static")
    app.openapi = lambda: describe(app)  # type: ignore[method-assign]  # FastAPI's documented way


def _add_error_answers(app: FastAPI) -> None:
    known = errors.either(problems.known_problem)
    for kind in problems.KINDS:
        app.add_exception_handler(kind, known)
    app.add_exception_handler(HTTPException, errors.either(problems.http_problem))
    app.add_exception_handler(RequestValidationError, errors.either(problems.invalid_request))
    app.add_exception_handler(Exception, errors.either(problems.unexpected))


def _secret(settings: ApiSettings) -> bytes:
    if settings.session_secret is None:
        return secrets.token_bytes(32)
    return settings.session_secret.get_secret_value().encode()
