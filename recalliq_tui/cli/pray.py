"""``recalliq pray``: prayers and other texts by heart."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    app.command(name="pray", epilog="Example:  recalliq pray hail-mary")(pray)


def pray(
    passage: Annotated[
        str | None,
        typer.Argument(help="A text's id, slug or title, or a deck of texts; all without one."),
    ] = None,
    trace: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write what is played as JSON lines.")
    ] = None,
) -> None:
    """Learn prayers and other texts by heart, word for word."""
    from recalliq_tui.cli.screens import open_prayers  # noqa: PLC0415

    raise typer.Exit(open_prayers(passage, trace=trace))
