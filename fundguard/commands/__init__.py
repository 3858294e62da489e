"""The commands, one file each: a `typer.Typer` with a name is a group, one without adds commands."""
