"""Opening a collection safely, checking it, and backing it up."""

from __future__ import annotations

import os
import sqlite3
import time
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from recalliq_tui.store.connection import Access, connect, make_durable
from recalliq_tui.store.errors import RECOVERY, StoreCode, StoreError, translated
from recalliq_tui.store.lock import FileLock
from recalliq_tui.store.migrations import migrate, schema_version
from recalliq_tui.store.schema import SCHEMA_VERSION

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from pathlib import Path

    from recalliq_tui.store.backup import Backup

_SHOWN = 5

_PATIENCE_SECONDS = 0.5
"""How long an open waits for another instance to let go before it is content with reading."""


def open_database(
    path: Path, *, clock: Callable[[], datetime]
) -> tuple[sqlite3.Connection, FileLock]:
    """The database, created or migrated, and the lock, which is held where it may be written."""
    with translated(path):
        lock, access = _lock(path)
    try:
        with _pointing_at_backups(path), translated(path):
            return _open(path, access, clock), lock
    except BaseException:
        lock.release()
        raise


def _lock(path: Path) -> tuple[FileLock, Access]:
    lock = FileLock(path.with_suffix(".lock"))
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        return lock, Access.WRITE if _acquire(lock) else Access.WATCH
    except OSError:
        if not path.exists() or os.access(path.parent, os.W_OK):
            raise
        return lock, Access.READ


def _acquire(lock: FileLock) -> bool:
    """Take the lock, waiting out a command that holds it for a moment."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while not lock.acquire():
        if time.monotonic() >= deadline:
            return False
        time.sleep(_PATIENCE_SECONDS / 20)
    return True


def _open(path: Path, access: Access, clock: Callable[[], datetime]) -> sqlite3.Connection:
    if access is Access.WRITE:
        _refuse_emptied(path)
    conn = _connect(path, access)
    try:
        if access is Access.WRITE:
            schema_version(conn)
            make_durable(conn)
            migrate(
                conn,
                backup=lambda version: backup_now(path, kind=f"schema-{version}", now=clock()),
            )
        else:
            require_schema(conn)
    except BaseException:
        conn.close()
        raise
    return conn


def require_schema(conn: sqlite3.Connection) -> None:
    """Raise :class:`StoreError` for a database of another schema than this program's."""
    version = schema_version(conn)
    if version != SCHEMA_VERSION:
        code = StoreCode.NEWER_SCHEMA if version > SCHEMA_VERSION else StoreCode.READ_ONLY
        raise StoreError(code, f"the collection has schema {version}, not {SCHEMA_VERSION}")


def _connect(path: Path, access: Access) -> sqlite3.Connection:
    """Connect; where even SQLite's side files can't be made, read the file as it lies."""
    try:
        return connect(path, access)
    except sqlite3.OperationalError:
        if access is not Access.READ:
            raise
        return connect(path, Access.IMMUTABLE)


def _refuse_emptied(path: Path) -> None:
    """A collection that is gone while it has backups was not meant to start again from nothing."""
    if not path.exists() or path.stat().st_size == 0:
        from recalliq_tui.store.backup import list_backups  # noqa: PLC0415

        if list_backups(path):
            raise StoreError(StoreCode.DAMAGED, f"{path} is missing or empty, but it has backups")
    if not path.exists():
        path.touch(mode=0o600)


@contextmanager
def _pointing_at_backups(path: Path) -> Iterator[None]:
    try:
        yield
    except StoreError as error:
        if error.code is not StoreCode.DAMAGED:
            raise
        from recalliq_tui.store.backup import list_backups  # noqa: PLC0415

        names = [each.path.name for each in list_backups(path)]
        listed = ", ".join(names[:_SHOWN]) if names else "none was found"
        recovery = f"{RECOVERY[error.code]} Backups in {path.parent / 'backups'}: {listed}."
        raise StoreError(error.code, error.message, recovery=recovery) from error


def backup_now(path: Path, *, kind: str, now: datetime) -> Backup:
    """Back up what is committed now, through a connection of its own; prune old daily ones."""
    from recalliq_tui.store.backup import make_backup, prune  # noqa: PLC0415  (after the first paint)

    with closing(connect(path, Access.WATCH)) as source:
        made = make_backup(source, path, kind=kind, now=now)
    prune(path)
    return made


def problems(conn: sqlite3.Connection) -> list[str]:
    """What is wrong with the file and its references; empty when it is sound."""
    found: list[str] = []
    try:
        found += (str(row[0]) for row in conn.execute("PRAGMA integrity_check(20)"))
        broken = conn.execute("PRAGMA foreign_key_check").fetchmany(20)
        found += (f"broken reference in {table}, row {row}" for table, row, *_ in broken)
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_CORRUPT:
            raise
        found.append(str(error))
    return [each for each in found if each != "ok"]
