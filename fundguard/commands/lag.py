"""``fundguard lag``: how far the workers of a cluster are behind."""

from __future__ import annotations

import dataclasses
import json
from typing import Annotated

import typer

from fundguard.commands.topics import kafka_settings

app = typer.Typer()


@app.command()
def lag(json_: Annotated[bool, typer.Option("--json", help="机器可读。")] = False) -> None:
    """显示工作进程在各分区落后多少。"""
    from stream.kafka.lag import lag as lag_of
    from stream.kafka.topics import Topics

    settings = kafka_settings()
    topics = Topics(settings.topic_prefix)
    rows = lag_of(settings.kafka_servers, topics.app_id, topics.co_partitioned[:-1])
    if json_:
        typer.echo(json.dumps([dataclasses.asdict(row) for row in rows]))
        return
    typer.echo(f"合计落后 {sum(row.lag for row in rows)} 条")
    for row in rows:
        if row.lag:
            typer.echo(f"  {row.topic}[{row.partition}]  {row.lag}")
