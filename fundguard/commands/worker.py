"""``fundguard worker``: one stream worker."""

from __future__ import annotations

import typer

from fundguard.settings import settings_or_exit
from fundguard.working import work

app = typer.Typer()


@app.command()
def worker() -> None:
    """运行一个流处理工作进程：本机事件日志，或 Kafka（FUNDGUARD_BROKER）。"""
    raise typer.Exit(work(settings_or_exit()))
