"""``fundguard topics`` and ``fundguard lag``: the broker's side of a cluster."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from fundguard.settings import Settings, settings_or_exit

app = typer.Typer(name="topics", help="Kafka 主题。", no_args_is_help=True)


@app.command()
def ensure() -> None:
    """创建缺少的主题，并检查分区数一致。"""
    from stream.kafka.topics import UnequalPartitions
    from stream.kafka.topics import ensure as ensure_topics

    settings = kafka_settings()
    try:
        made = ensure_topics(settings.kafka_servers, settings.topic_prefix, settings.partitions)
    except UnequalPartitions as error:
        raise SystemExit(str(error)) from error
    typer.echo(f"新建 {len(made)} 个主题" + "".join(f"\n  {name}" for name in made))


@app.command()
def lag(json_: Annotated[bool, typer.Option("--json")] = False) -> None:
    """显示工作进程在各分区落后多少。"""
    from stream.kafka.lag import lag as lag_of
    from stream.kafka.topics import Topics

    settings = kafka_settings()
    topics = Topics(settings.topic_prefix)
    rows = lag_of(settings.kafka_servers, topics.app_id, topics.co_partitioned[:-1])
    if json_:
        typer.echo(json.dumps([row.__dict__ if hasattr(row, "__dict__") else row for row in rows]))
        return
    typer.echo(f"合计落后 {sum(row.lag for row in rows)} 条")
    for row in rows:
        if row.lag:
            typer.echo(f"  {row.topic}[{row.partition}]  {row.lag}")


def kafka_settings() -> Settings:
    """The settings, if they name a Kafka."""
    settings = settings_or_exit()
    if settings.broker == "local":
        raise SystemExit("此命令需要 Kafka：请设置 FUNDGUARD_BROKER=kafka://host:port")
    return settings
