"""``fundguard``: the command line. Each command is one file in ``fundguard/commands``."""

from __future__ import annotations

import typer

import fundguard.commands
from rules.discovery import discover

app = typer.Typer(
    name="fundguard",
    help="医保基金智能监管：事前提醒、事中预警、事后审核。 Real-time audit of claims.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
for group in discover(fundguard.commands, typer.Typer):
    if group.info.name:
        app.add_typer(group)
    else:
        app.registered_commands += group.registered_commands


def main() -> None:
    app()


if __name__ == "__main__":
    main()
