"""``fundguard api``: the HTTP shell alone, for a cluster."""

from __future__ import annotations

from typing import Annotated

import typer

from fundguard.serving import serve
from fundguard.settings import settings_or_exit

app = typer.Typer()


@app.command()
def api(
    port: Annotated[int, typer.Option(min=1, max=65535)] = 8000,
    host: Annotated[str, typer.Option(help="监听地址；默认只对本机开放。")] = "127.0.0.1",
) -> None:
    """运行接口与控制台。"""
    serve(settings_or_exit(), port, typer.echo, host)
