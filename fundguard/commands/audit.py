"""``fundguard audit``: the engine over files, without broker or database."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Annotated

import typer

from domain.decode import MalformedEvent
from domain.moments import DAY, Moment
from engine.book import Book, build_book
from fundguard.auditing import audit_files, rejection, write_alerts
from fundguard.files import Numbered, progress
from fundguard.knowledge.store import load_current
from fundguard.settings import Settings, settings_or_exit

app = typer.Typer()

Files = Annotated[
    list[Path],
    typer.Argument(
        exists=True, dir_okay=False, readable=True, help=".jsonl、.jsonl.gz、.jsonl.zst"
    ),
]


@app.command()
def audit(
    files: Files,
    output: Annotated[Path, typer.Option("-o", "--output", help="提示输出文件，每行一条 JSON。")],
    rules: Annotated[
        str | None, typer.Option(help="只用这些规则，逗号分隔，如 ID-02,HO-01。")
    ] = None,
    workers: Annotated[int, typer.Option(min=1, max=64, help="进程数。")] = 1,
    strict: Annotated[bool, typer.Option(help="有被拒绝的行时以 2 退出。")] = False,
    json_: Annotated[bool, typer.Option("--json", help="以 JSON 报告结果。")] = False,
) -> None:
    """审核事件文件：同样的输入总得到逐字节相同的提示。"""
    settings = settings_or_exit()
    book = _book(settings, rules)
    rejected = output.with_name(output.name + ".rejected.jsonl")
    started = time.perf_counter()
    with rejected.open("wb") as refused, progress("审核", files) as read:

        def reject(line: Numbered, error: MalformedEvent) -> None:
            refused.write(rejection(line, error) + b"\n")

        report = audit_files(
            files, book, reject, latest=Moment(int(time.time()) + DAY), read=read, workers=workers
        )
    write_alerts(report.alerts, output)
    if not report.rejected:
        rejected.unlink()
    seconds = time.perf_counter() - started
    if json_:
        typer.echo(
            json.dumps(
                {
                    "events": report.events,
                    "rejected": report.rejected,
                    "too_late": report.too_late,
                    "alerts": len(report.alerts),
                    "not_evaluated": report.failures,
                    "seconds": round(seconds, 3),
                }
            )
        )
    else:
        typer.echo(
            f"审核 {report.events} 个事件，用时 {seconds:.1f} 秒"
            f"（{report.events / seconds:,.0f} 个/秒）；提示 {len(report.alerts)} 条 → {output}"
        )
        for rule, count in sorted(report.failures.items()):
            typer.echo(f"警告：规则 {rule} 出错 {count} 次，未评价", err=True)
        if report.rejected:
            typer.echo(f"拒绝 {report.rejected} 行，原因见 {rejected}", err=True)
    raise typer.Exit(2 if strict and report.rejected else 0)


def _book(settings: Settings, rules: str | None) -> Book:
    try:
        return build_book(
            knowledge=load_current(settings.data_dir),
            only=rules.split(",") if rules else None,
            pseudonym_key=settings.pseudonym_secret,
        )
    except KeyError as unknown:
        raise SystemExit(
            f"没有规则 {unknown.args[0]}；fundguard rules list 列出全部。"
        ) from unknown
