"""``fundguard verify``: every event has one decision, and each is what it should be."""

from __future__ import annotations

import dataclasses
import json
from contextlib import closing
from typing import TYPE_CHECKING, Annotated

import typer

from fundguard.settings import Settings, settings_or_exit
from fundguard.verifying import LocalLedger, verify
from fundguard.working import book_of

if TYPE_CHECKING:
    from fundguard.kafka_ledger import KafkaLedger

app = typer.Typer()
SHOWN = 5


def _ledger(settings: Settings) -> LocalLedger | KafkaLedger:
    if settings.broker == "local":
        return LocalLedger(settings.data_dir)
    from fundguard.kafka_ledger import KafkaLedger

    return KafkaLedger(settings.kafka_servers, settings.topic_prefix)


@app.command("verify")
def verify_command(
    json_: Annotated[bool, typer.Option("--json", help="机器可读。")] = False,
) -> None:
    """重新审核整个事件日志，核对每个事件恰有一个处理结果、提示逐字节一致。

    较早的事件已按保留期限删除时，只核对留存部分是否完整、是否都有处理结果。
    """
    settings = settings_or_exit()
    with closing(_ledger(settings)) as ledger:
        found = verify(ledger, book_of(settings))
    if json_:
        typer.echo(json.dumps({"sound": found.sound, **dataclasses.asdict(found)}))
    else:
        typer.echo(
            f"事件 {found.events} 个（死信 {found.dead_letters}），待处理 {found.waiting} 个"
        )
        if found.kept_since:
            typer.echo(f"日志自 {found.kept_since} 起留存，只核对完整性，不重新审核")
        for label, ids in (
            ("日志中缺失", found.lost),
            ("未处理", found.undecided),
            ("缺少的提示", found.missing),
            ("多出的提示", found.surplus),
            ("不一致的提示", found.different),
        ):
            if ids:
                typer.echo(f"✗ {label} {len(ids)} 条: {'、'.join(ids[:SHOWN])}", err=True)
        typer.echo("✓ 一致" if found.sound else "✗ 不一致")
    raise typer.Exit(0 if found.sound else 1)
