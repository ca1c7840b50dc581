"""``config show`` says what is in force and why, ``config path`` where the file lies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from recalliq_tui.cli.common import Json, narrate, say, say_json, setup
from recalliq_tui.paths import resolve_paths
from recalliq_tui.textsafe import one_line

if TYPE_CHECKING:
    from pathlib import Path

app = typer.Typer(
    help="Show the settings and where they come from.",
    epilog="Example:  recalliq config show",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@app.command(epilog="Example:  recalliq config show --json")
def show(as_json: Json = False) -> None:
    """Print each setting, its default and its source.

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
    file = ready.paths.config_file
    narrate(f"file: {one_line(str(file))}{'' if _is_there(file) else ' (not there yet)'}")


@app.command(epilog='Example:  $EDITOR "$(recalliq config path)"')
def path(as_json: Json = False) -> None:
    """Print where the config file lies.

    JSON: {path, exists}.
    """
    file = resolve_paths().config_file
    if as_json:
        say_json({"path": str(file), "exists": _is_there(file)})
    else:
        say(one_line(str(file), max_chars=4_096))
        if not _is_there(file):
            narrate("it isn't there yet: all settings have their defaults")


def _is_there(file: Path) -> bool:
    """Whether there is a file, as far as one may look."""
    try:
        return file.exists()
    except OSError:
        return False


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
