"""``config show`` says what is in force and why, ``config path`` where the file lies."""

from __future__ import annotations

from typing import Any

import typer

from recalliq_tui.cli.common import Json, narrate, say, say_json, setup
from recalliq_tui.paths import resolve_paths
from recalliq_tui.textsafe import one_line

app = typer.Typer(
    help="Show the settings and where they come from.",
    epilog="Example:  recalliq config show",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@app.command(epilog="Example:  recalliq config show --json")
def show(as_json: Json = False) -> None:
    """Print each setting with its value, its default and where the value came from.

    JSON: a list of {key, value, default, source}. An unknown key in the file is an error.
    """
    ready = setup()
    rows = list(ready.config.rows())
    if as_json:
        say_json(
            [
                {"key": row.key, "value": row.value, "default": row.default, "source": row.source}
                for row in rows
            ]
        )
        return
    for row in rows:
        line = f"{row.key} = {_written(row.value)}"
        if row.source == "default":
            say(line)
        else:
            say(f"{line}  (default {_written(row.default)}; from {one_line(row.source)})")
    narrate(f"file: {one_line(str(ready.paths.config_file))}{_absent()}")


@app.command(epilog='Example:  $EDITOR "$(recalliq config path)"')
def path(as_json: Json = False) -> None:
    """Print where the config file lies, whether it is there or not.

    JSON: {path, exists}.
    """
    file = resolve_paths().config_file
    if as_json:
        say_json({"path": str(file), "exists": file.exists()})
    else:
        say(one_line(str(file), max_chars=4_096))
        if not file.exists():
            narrate("it isn't there yet: all settings have their defaults")


def _absent() -> str:
    return "" if resolve_paths().config_file.exists() else " (not there yet)"


def _written(value: Any) -> str:
    """A value as it is written in TOML."""
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return f'"{one_line(value)}"'
        case list():
            return f"[{', '.join(_written(each) for each in value)}]"
        case _:
            return str(value)
