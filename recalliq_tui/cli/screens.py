"""Commands that open the screens."""

from __future__ import annotations

import logging
import logging.handlers
import sys
from typing import TYPE_CHECKING

import typer

from recalliq_tui.cli.common import Exit, fail, plain_errors, setup
from recalliq_tui.wiring import make_runtime, run_tui

if TYPE_CHECKING:
    from recalliq_tui.paths import Paths


def open_home() -> None:
    """Open the program at its home screen."""
    _open(None)


def open_study(deck: str) -> None:
    """Open the program in a session over a deck or folder."""
    _open(deck)


def _open(deck: str | None) -> None:
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        fail(
            "the screens need a terminal. `recalliq --help` lists the commands that don't.",
            Exit.USAGE,
        )
    ready = setup()
    _log_to_file(ready.paths)
    with plain_errors():
        runtime = make_runtime(ready.config, ready.paths)
        code = run_tui(runtime, study=deck)
    raise typer.Exit(code)


def _log_to_file(paths: Paths) -> None:
    """Keep warnings and errors in a bounded file: the terminal belongs to the screens."""
    root = logging.getLogger()
    try:
        paths.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        handler: logging.Handler = logging.handlers.RotatingFileHandler(
            paths.log_file, maxBytes=1_000_000, backupCount=1, encoding="utf-8", delay=True
        )
    except OSError:
        handler = logging.NullHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    root.addHandler(handler)
    root.setLevel(logging.INFO)
