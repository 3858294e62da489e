"""The commands, one file each: a `typer.Typer`, with a name when it is a group."""
