"""``fundguard simulate``: a synthetic fund, and ``fundguard score`` of an audit against it."""

from __future__ import annotations

import csv
from datetime import datetime
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.progress import Progress

from fundguard.files import lines
from fundguard.score import score as score_of
from fundguard.score import table
from fundguard.simulate import simulate as simulation_of
from fundguard.simulate import write

app = typer.Typer()


@app.command()
def simulate(
    output: Annotated[Path, typer.Option("-o", "--output", help="输出目录。")],
    persons: Annotated[int, typer.Option(min=100, max=10_000_000)] = 20_000,
    days: Annotated[int, typer.Option(min=1, max=730)] = 60,
    seed: Annotated[int, typer.Option()] = 7,
    start: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"])] = datetime(2026, 1, 1),  # noqa: DTZ001
) -> None:
    """生成合成的医保基金数据：events.jsonl.zst 与植入情形的 truth.csv。"""
    output.mkdir(parents=True, exist_ok=True)
    simulation = simulation_of(persons, days, seed, start.date())
    with Progress(transient=True) as bar:
        task = bar.add_task("写出", total=None)
        write(simulation, output, lambda done, total: bar.update(task, completed=done, total=total))
    typer.echo(f"{output / 'events.jsonl.zst'}、{output / 'truth.csv'}")


@app.command()
def score(
    alerts: Annotated[Path, typer.Argument(exists=True, help="fundguard audit 的输出。")],
    truth: Annotated[Path, typer.Option(exists=True, help="simulate 写出的 truth.csv。")],
) -> None:
    """对照 truth.csv 计算每条规则的召回率与精确率。"""
    with truth.open(encoding="utf-8", newline="") as rows:
        cases = list(csv.DictReader(rows))
    found = (msgspec.json.decode(line.raw) for line in lines(alerts))
    typer.echo(table(score_of(found, cases)))
