"""Opens the screens. Loads as little as can be: this is the way to the first card."""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING

from recalliq_tui.cli.exits import Exit
from recalliq_tui.config import Config, ConfigError, load_config
from recalliq_tui.paths import resolve_paths
from recalliq_tui.services.library import UnknownDeckError
from recalliq_tui.store.errors import StoreError
from recalliq_tui.textsafe import one_line
from recalliq_tui.wiring import make_runtime, run_tui

if TYPE_CHECKING:
    from pathlib import Path

    from recalliq_tui.paths import Paths


def open_screens(deck: str | None) -> int:
    """Open the program at home, or in a session over a deck or folder; returns the exit code."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        needs = "the screens need a terminal. `recalliq --help` lists the commands that don't."
        return _refuse(needs, Exit.USAGE)
    paths = resolve_paths()
    try:
        config = load_config(paths.config_file)
    except ConfigError as error:
        for problem in error.problems:
            print(f"{error.path}: {problem}", file=sys.stderr)  # noqa: T201
        return Exit.USAGE
    return _run(config, paths, deck)


def _run(config: Config, paths: Paths, deck: str | None) -> int:
    native_log = _log_to_file(paths)
    try:
        return run_tui(make_runtime(config, paths), study=deck, native_log=native_log)
    except UnknownDeckError as error:
        said = one_line(str(error)).rstrip(".")
        words = f"{said}{'' if said.endswith('?') else '.'} `recalliq decks` lists all."
        return _refuse(words, Exit.USAGE)
    except StoreError as error:
        return _refuse(f"{error.message}. {error.recovery}", Exit.FAILED)


def _refuse(words: str, code: Exit) -> int:
    print(f"recalliq: {words}", file=sys.stderr)  # noqa: T201
    return code


class _LateFile(logging.Handler):
    """Opens the bounded log file with the first record: most runs never write one."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path
        self._file: logging.Handler | None = None

    def emit(self, record: logging.LogRecord) -> None:
        if self._file is None:
            from logging.handlers import RotatingFileHandler  # noqa: PLC0415

            try:
                self._file = RotatingFileHandler(
                    self._path, maxBytes=1_000_000, backupCount=1, encoding="utf-8"
                )
            except OSError:
                self._file = logging.NullHandler()
            self._file.setFormatter(self.formatter)
        self._file.handle(record)


def _log_to_file(paths: Paths) -> Path | None:
    """Keep warnings and errors in a file, for the terminal belongs to the screens.

    Returns where native code may write, ``None`` where the data folder can't be written.
    """
    try:
        paths.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError:
        return None
    handler = _LateFile(paths.log_file)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    return None
