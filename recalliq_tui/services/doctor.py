"""What works and what doesn't, with how to mend it: settings, folders, database, decks.

Each check answers for itself and none raises, so that a damaged database or an unreadable config
hides nothing else. Blocking: for commands.
"""

from __future__ import annotations

import platform
import shutil
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from recalliq_tui import __version__
from recalliq_tui.config import Config, ConfigError, load_config
from recalliq_tui.decks.tree import deck_files, load
from recalliq_tui.store.backup import list_backups
from recalliq_tui.store.collection import Collection
from recalliq_tui.store.errors import StoreError, translated
from recalliq_tui.store.schema import SCHEMA_VERSION
from recalliq_tui.textsafe import one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from recalliq_tui.paths import Paths
    from recalliq_tui.services.library import Source

_ROOM: Final = 100_000_000
"""Free bytes under which a folder's disk counts as nearly full."""
_STALE: Final = timedelta(days=7)


class Level(StrEnum):
    OK = "ok"
    WARN = "warn"
    """Something is missing, but studying goes on."""
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Check:
    """One line: what was looked at, how it is, and, where it isn't well, how to mend it."""

    name: str
    level: Level
    found: str
    mend: str = ""


def check_program() -> Check:
    found = f"recalliq {__version__}, Python {platform.python_version()}, {platform.system()}"
    return Check("program", Level.OK, found)


def check_terminal(
    *, encoding: str, size: tuple[int, int], is_terminal: bool, env: Mapping[str, str]
) -> Check:
    """Judge the terminal by what it says of itself; ``size`` is columns and rows."""
    if not is_terminal:
        found = "the output is no terminal: the commands work, the screens need one"
        return Check("terminal", Level.OK, found)
    term, columns, rows = env.get("TERM", ""), *size
    found = one_line(f"{term or 'no TERM'}, {encoding}, {columns}x{rows}, {_colours(env)}")
    if encoding.lower().replace("-", "") != "utf8":
        mend = "Set a UTF-8 locale, for example LANG=C.UTF-8; accents and signs need it."
        return Check("terminal", Level.WARN, found, mend)
    if term in {"", "dumb"}:
        mend = "Use a terminal that sets TERM, for example to xterm-256color."
        return Check("terminal", Level.WARN, found, mend)
    if columns < 80 or rows < 24:  # noqa: PLR2004  (the size that all screens fit)
        return Check("terminal", Level.WARN, found, "Make the window 80x24 or larger if you can.")
    return Check("terminal", Level.OK, found)


def _colours(env: Mapping[str, str]) -> str:
    if env.get("NO_COLOR"):
        return "no colours by NO_COLOR"
    if env.get("COLORTERM", "").lower() in {"truecolor", "24bit"}:
        return "16 million colours"
    return "256 colours" if "256" in env.get("TERM", "") else "16 colours or fewer"


def check_config(file: Path, env: Mapping[str, str]) -> tuple[Check, Config]:
    """Read the config; where it can't be used, the defaults stand in for the other checks."""
    name = one_line(str(file), max_chars=300)
    try:
        config = load_config(file, env)
    except ConfigError as error:
        found = one_line(f"{name}: {'; '.join(error.problems)}", max_chars=1_000)
        return Check(
            "config", Level.FAIL, found, "Correct these lines, or move the file away."
        ), Config()
    there = name if file.exists() else f"{name} isn't there: all settings have their defaults"
    return Check("config", Level.OK, there), config


def check_folder(name: str, folder: Path, variable: str) -> Check:
    """Try a folder by writing into it; one that isn't there yet is tried at its nearest parent."""
    shown = one_line(str(folder), max_chars=300)
    mend = f"Make the folder writable for you, or set {variable}."
    near = folder
    try:
        while not near.exists() and near != near.parent:
            near = near.parent
        with tempfile.TemporaryFile(dir=near):
            pass
        free = shutil.disk_usage(near).free
    except OSError as error:
        return Check(name, Level.FAIL, f"{shown}: {error.strerror or error}", mend)
    if free < _ROOM:
        mend = "Free some disk space."
        return Check(name, Level.WARN, f"{shown}: only {free // 1_000_000} MB are free", mend)
    later = "" if near == folder else " (made when it is needed)"
    return Check(name, Level.OK, f"{shown} can be written{later}")


def check_database(paths: Paths, clock: Callable[[], datetime]) -> Check:
    """Open the collection and let SQLite read all of it. A first one isn't made for this."""
    file = paths.collection_file
    shown = one_line(str(file), max_chars=300)
    try:
        with translated(file):
            if not file.exists() and not list_backups(file):
                return Check("database", Level.OK, "none yet: the first start makes it")
            size = file.stat().st_size if file.exists() else 0
        with Collection.open(file, clock=clock) as collection:
            problems = collection.check_integrity()
            read_only = collection.read_only
    except StoreError as error:
        return Check("database", Level.FAIL, error.message, error.recovery)
    if problems:
        mend = "Run `recalliq doctor --restore` to choose a backup; the damaged file is kept."
        found = one_line(f"{shown}: {'; '.join(problems)}")
        return Check("database", Level.FAIL, found, mend)
    found = f"{shown} is sound: schema {SCHEMA_VERSION}, {size // 1000:,} kB"
    if read_only:
        mend = "Close the other recalliq, or make the folder writable, to study in a new one."
        return Check("database", Level.WARN, f"{found}, but it can only be read now", mend)
    return Check("database", Level.OK, found)


def check_backups(paths: Paths, now: datetime) -> Check:
    """Say how old the newest backup is."""
    try:
        with translated(paths.collection_file):
            backups = list_backups(paths.collection_file)
            file = paths.collection_file
            changed = file.stat().st_mtime if file.exists() else None
    except StoreError as error:
        return Check("backups", Level.WARN, error.message, error.recovery)
    if not backups:
        return Check("backups", Level.OK, "none yet: one is made on each day with a start")
    newest = backups[0]
    found = f"{len(backups)}, the newest of {newest.made_at:%Y-%m-%d %H:%M} UTC"
    is_old = now - newest.made_at > _STALE
    if is_old and changed and datetime.fromtimestamp(changed, UTC) - newest.made_at > _STALE:
        mend = "Start `recalliq` once; if this stays, look at the data folder's free space."
        return Check("backups", Level.WARN, f"{found}, older than the last answers", mend)
    return Check("backups", Level.OK, found)


def check_decks(sources: Iterable[Source]) -> list[Check]:
    """Read all decks from their files; a missing folder and each broken file has its own line."""
    checks: list[Check] = []
    decks = cards = passages = 0
    for source in sources:
        try:
            files = deck_files(source.root, origin=source.origin)
            missing = source.origin == "folder" and not source.root.exists()
        except OSError:
            files, missing = [], True
        if missing:
            found = f"{one_line(str(source.root), max_chars=300)} can't be read or isn't there"
            mend = "Correct decks.folders in the config, or connect the disk."
            checks.append(Check("decks", Level.WARN, found, mend))
        for file in files:
            deck = load(file)
            decks += 1
            cards += sum(len(note.cards) for note in deck.notes)
            passages += len(deck.passages)
            if deck.errors:
                shown = one_line(str(file.path), max_chars=300)
                found = f"{shown}: {len(deck.errors)} problem(s), the first in line {deck.errors[0].line}"
                checks.append(Check("decks", Level.WARN, found, "`recalliq check` names them all."))
    found = f"{decks:,} decks with {cards:,} cards and {passages:,} passages"
    if not decks:
        mend = "Press `a` on the home screen to add or create one."
        return [*checks, Check("decks", Level.WARN, "no decks were found", mend)]
    return [Check("decks", Level.OK, found), *checks]
