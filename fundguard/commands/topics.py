"""``fundguard topics``: the topics of a cluster, made before they are used."""

from __future__ import annotations

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


def kafka_settings() -> Settings:
    """The settings, if they name a Kafka."""
    settings = settings_or_exit()
    if settings.broker == "local":
        raise SystemExit("此命令需要 Kafka：请设置 FUNDGUARD_BROKER=kafka://host:port")
    return settings
