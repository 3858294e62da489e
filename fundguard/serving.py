"""Serving the API and console, wired to the stream that the settings name."""

from __future__ import annotations

from collections.abc import Callable

import uvicorn

from api.app import create_app
from api.security.users import create_first_user
from api.settings import ApiSettings
from api.store.database import open_store
from api.store.migrate import migrate
from fundguard.alert_sources import alert_source
from fundguard.event_sinks import StreamSink
from fundguard.publishing import publisher
from fundguard.settings import Settings


def serve(
    settings: Settings, port: int, announce: Callable[[str], None], host: str = "127.0.0.1"
) -> None:
    """Migrate the store, make the first login if there is none, and serve until stopped."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    migrate(settings.database_url)
    address = f"http://{host}:{port}"
    api_settings = ApiSettings.model_validate(
        {"database": settings.database_url, "public_base_url": address}
    )
    store = open_store(settings.database_url)
    login = create_first_user(store)
    store.close()
    if login is not None:
        announce(f"首次登录  用户名 {login.name}  一次性密码 {login.password}（登录后须修改）")
    with publisher(settings) as target:
        sink = StreamSink(target)
        app = create_app(
            api_settings, alert_source=alert_source(settings), publisher=sink, event_sink=sink
        )
        announce(f"控制台    {address}/console")
        uvicorn.run(
            app,
            host=host,
            port=port,
            log_level="warning",
            access_log=False,  # queries may name persons
            timeout_graceful_shutdown=10,
        )
