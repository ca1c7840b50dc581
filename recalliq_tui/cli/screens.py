"""Opens the screens. Loads as little as can be: this is the way to the first card."""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING

from recalliq_tui.cli.exits import Exit
from recalliq_tui.config import ConfigError, load_config
from recalliq_tui.paths import resolve_paths
from recalliq_tui.services.library import UnknownDeckError
from recalliq_tui.store.errors import StoreError
from recalliq_tui.textsafe import one_line
from recalliq_tui.wiring import make_runtime, run_tui

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from recalliq_tui.audio.sinks.protocol import AudioSink
    from recalliq_tui.paths import Paths
    from recalliq_tui.services.runtime import Runtime


def open_screens(
    deck: str | None,
    *,
    trace: Path | None = None,
    make_sink: Callable[[], AudioSink] | None = None,
) -> int:
    """Open the program at home, or in a session over a deck or folder; returns the exit code.

    ``trace`` is where to write what happens to sound and voice. ``make_sink`` gives the sound
    device instead of the settings.
    """

    def run(runtime: Runtime, log: Path | None) -> int:
        if trace is not None and (refused := _begin_trace(runtime, trace)) is not None:
            return refused
        return run_tui(runtime, study=deck, native_log=log)

    return _open(run, make_sink=make_sink)


def _begin_trace(runtime: Runtime, trace: Path) -> int | None:
    """Let the runtime write a trace; the exit code where that can't be."""
    from recalliq_tui.services.tracing import TraceFile  # noqa: PLC0415

    try:
        runtime.trace = TraceFile(trace, sink=runtime.config.text("audio.sink"))
    except OSError as error:
        runtime.shut()
        words = f"{one_line(str(trace))} can't be written: {error.strerror or error}."
        return _refuse(words, Exit.USAGE)
    return None


def open_prayers(passage: str | None, *, trace: Path | None = None) -> int:
    """Open the texts to know by heart, or one of them; returns the exit code."""
    from recalliq_tui.services.prayers import (  # noqa: PLC0415
        Praying,
        UnknownPassageError,
        choose_prayers,
    )

    def choose(runtime: Runtime) -> Praying:
        return choose_prayers(runtime.prayers, runtime.library, passage)

    def run(runtime: Runtime, log: Path | None) -> int:
        if trace is not None and (refused := _begin_trace(runtime, trace)) is not None:
            return refused
        try:
            return run_tui(runtime, praying=choose, native_log=log)
        except UnknownPassageError as error:
            said = one_line(str(error))
            return _refuse(f"{said}. `recalliq pray` lists all.", Exit.USAGE)

    return _open(run)


def _open(
    run: Callable[[Runtime, Path | None], int],
    *,
    make_sink: Callable[[], AudioSink] | None = None,
) -> int:
    """Run the screens in a terminal; what can't even begin is said in a sentence."""
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
    native_log = _log_to_file(paths)
    try:
        code = run(make_runtime(config, paths, make_sink=make_sink), native_log)
    except UnknownDeckError as error:
        said = one_line(str(error)).rstrip(".")
        words = f"{said}{'' if said.endswith('?') else '.'} `recalliq decks` lists all."
        return _refuse(words, Exit.USAGE)
    except StoreError as error:
        return _refuse(f"{error.message}. {error.recovery}", Exit.FAILED)
    if code == Exit.FAILED:
        log = one_line(str(paths.log_file))
        return _refuse(f"the screen crashed; {log} says how. No answer is lost.", Exit.FAILED)
    return code


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
