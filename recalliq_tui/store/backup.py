"""Backups of the collection: made through SQLite's backup API, kept by age, and restored.

Each is a whole database in the ``backups`` folder beside the collection, written under another
name and renamed when it is on disk, so that a file with a backup's name is a whole backup.
"""

from __future__ import annotations

import os
import re
import sqlite3
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Final

from recalliq_tui.store.errors import StoreCode, StoreError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

DAILY: Final = 7
WEEKLY: Final = 4
MONTHLY: Final = 6

_NAME: Final = re.compile(r"(?P<kind>daily|schema-\d+)-(?P<at>\d{8}T\d{6}Z)\.db\Z")
_STAMP: Final = "%Y%m%dT%H%M%SZ"


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup file. ``kind`` is ``daily``, or ``schema-N`` for one made before a migration."""

    path: Path
    made_at: datetime
    kind: str
    size: int


def folder_of(collection: Path) -> Path:
    return collection.parent / "backups"


def list_backups(collection: Path) -> list[Backup]:
    """All backups of a collection, newest first; empty where there is no folder."""
    found = []
    with suppress(FileNotFoundError, NotADirectoryError):
        for path in folder_of(collection).iterdir():
            match = _NAME.match(path.name)
            if match:
                made_at = datetime.strptime(match["at"], _STAMP).replace(tzinfo=UTC)
                found.append(Backup(path, made_at, match["kind"], path.stat().st_size))
    return sorted(found, key=lambda each: (each.made_at, each.kind), reverse=True)


def daily_due(collection: Path, now: datetime) -> bool:
    """Whether the day (UTC) of ``now`` has no daily backup yet."""
    return not any(
        each.kind == "daily" and each.made_at.date() == now.astimezone(UTC).date()
        for each in list_backups(collection)
    )


def make_backup(
    source: sqlite3.Connection, collection: Path, *, kind: str, now: datetime
) -> Backup:
    """Write a backup of what ``source`` sees, check it, and only then give it its name.

    Raises :class:`StoreError` (damaged) when the copy is no sound database: the backups of days
    before stay. Raises :class:`OSError` and :class:`sqlite3.Error` as they come.
    """
    folder = folder_of(collection)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / f"{kind}-{now.astimezone(UTC).strftime(_STAMP)}.db"
    part = path.with_suffix(".part")
    part.unlink(missing_ok=True)
    try:
        part.touch(mode=0o600)
        with closing(sqlite3.connect(part, isolation_level=None)) as target:
            source.backup(target)
            target.execute("PRAGMA journal_mode = DELETE")
            _require_sound(target, part)
        sync_file(part)
        part.replace(path)
        sync_folder(folder)
    finally:
        part.unlink(missing_ok=True)
    return Backup(path, now.astimezone(UTC).replace(microsecond=0), kind, path.stat().st_size)


def prune(collection: Path) -> list[Path]:
    """Remove daily backups that are too many; return what was removed."""
    daily = [each for each in list_backups(collection) if each.kind == "daily"]
    keep = days_to_keep(each.made_at.date() for each in daily)
    removed = []
    for each in daily:
        day = each.made_at.date()
        if day in keep:
            keep.discard(day)
            continue
        each.path.unlink(missing_ok=True)
        removed.append(each.path)
    return removed


def days_to_keep(days: Iterable[date]) -> set[date]:
    """Of days with a backup: the 7 newest, the newest of 4 weeks and of 6 months, counted back."""
    newest = sorted(set(days), reverse=True)
    weeks: dict[tuple[int, int], date] = {}
    months: dict[tuple[int, int], date] = {}
    for day in newest:
        weeks.setdefault(day.isocalendar()[:2], day)
        months.setdefault((day.year, day.month), day)
    return {*newest[:DAILY], *list(weeks.values())[:WEEKLY], *list(months.values())[:MONTHLY]}


def check_backup(path: Path) -> None:
    """Raise :class:`StoreError` (damaged) unless the backup is a sound database."""
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as conn:
        _require_sound(conn, path)


def _require_sound(conn: sqlite3.Connection, path: Path) -> None:
    verdict = conn.execute("PRAGMA quick_check(1)").fetchone()[0]
    if verdict != "ok":
        raise StoreError(StoreCode.DAMAGED, f"{path.name}: {verdict}")


def sync_file(path: Path) -> None:
    fd = os.open(path, os.O_RDWR)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def sync_folder(folder: Path) -> None:
    """Put a rename on disk, where the system can (Windows can't open a folder)."""
    with suppress(PermissionError):
        fd = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(fd)
        finally:
            os.close(fd)
