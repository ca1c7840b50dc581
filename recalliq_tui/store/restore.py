"""Puts a backup in the place of the collection; what it replaces stays beside it."""

from __future__ import annotations

import shutil
from datetime import UTC
from typing import TYPE_CHECKING, Final

from recalliq_tui.store.backup import check_backup, sync_file, sync_folder
from recalliq_tui.store.errors import StoreCode, StoreError, translated
from recalliq_tui.store.lock import FileLock

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

_SIDE_FILES: Final = ("-wal", "-shm")


def restore(collection: Path, backup: Path, *, clock: Callable[[], datetime]) -> Path | None:
    """Make ``backup`` the collection; return where the replaced file went, if there was one.

    The collection must be closed: raises :class:`StoreError` (locked) while an instance has it,
    (damaged) when the backup isn't sound. The replaced file is copied with its write-ahead log, as
    they lie, before anything changes. Then the log goes first, as SQLite would apply it to the new
    file: a kill at any moment leaves the old file or the new one, never a mixture.
    """
    with translated(collection):
        lock = FileLock(collection.with_suffix(".lock"))
        if not lock.acquire():
            raise StoreError(StoreCode.LOCKED, "another recalliq has the collection open")
        try:
            check_backup(backup)
            return _replace(collection, backup, stamp=clock().astimezone(UTC))
        finally:
            lock.release()


def _replace(collection: Path, backup: Path, *, stamp: datetime) -> Path | None:
    fresh = collection.with_suffix(".restoring")
    _copy(backup, fresh)
    aside = None
    sides = [each for suffix in _SIDE_FILES if (each := _side(collection, suffix)).exists()]
    if collection.exists():
        aside = _free_name(collection, stamp)
        _copy(collection, aside)
        for side in sides:
            _copy(side, aside.with_name(side.name.replace(collection.name, aside.name, 1)))
        sync_folder(collection.parent)
    for side in sides:
        side.unlink()
    fresh.replace(collection)
    sync_folder(collection.parent)
    return aside


def _side(collection: Path, suffix: str) -> Path:
    return collection.with_name(collection.name + suffix)


def _copy(source: Path, target: Path) -> None:
    """Copy a file byte for byte, readable by its owner only, and on disk."""
    shutil.copyfile(source, target)
    target.chmod(0o600)
    sync_file(target)


def _free_name(collection: Path, stamp: datetime) -> Path:
    name = f"{collection.stem}.replaced-{stamp:%Y%m%dT%H%M%SZ}"
    path = collection.with_name(f"{name}.db")
    number = 1
    while path.exists():
        number += 1
        path = collection.with_name(f"{name}-{number}.db")
    return path
