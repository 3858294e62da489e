"""``fundguard replay``: files of events into the stream, at full speed or at a given rate."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from fundguard.files import progress
from fundguard.publishing import publisher
from fundguard.replaying import replay as publish
from fundguard.settings import settings_or_exit

app = typer.Typer()


@app.command()
def replay(
    files: Annotated[list[Path], typer.Argument(exists=True, dir_okay=False, readable=True)],
    rate: Annotated[float | None, typer.Option(min=0.1, help="每秒最多多少个事件。")] = None,
) -> None:
    """把事件文件发布到 Kafka 主题，或写入本机事件日志。"""
    settings = settings_or_exit()
    with publisher(settings) as target, progress("回放", files) as read:
        count = publish(files, target, rate=rate, read=read)
    typer.echo(f"已发布 {count} 个事件（{settings.broker}）")
