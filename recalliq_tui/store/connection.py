"""Opens the database so that what is committed is on disk."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from enum import Enum
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_BUSY_SECONDS: Final = 5.0


class Access(Enum):
    WRITE = "rwc"
    WATCH = "rw"
    """Read while another instance writes; never changes content."""
    READ = "ro"
    IMMUTABLE = "ro&immutable=1"
    """Read in a folder that can't be written at all: no lock, no shared memory file."""


def connect(path: Path, access: Access) -> sqlite3.Connection:
    """A connection that may be used from any one thread at a time."""
    uri = f"file:{quote(str(path.absolute()))}?mode={access.value}"
    conn = sqlite3.connect(
        uri, uri=True, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False
    )
    try:
        for pragma in _PRAGMAS:
            conn.execute(f"PRAGMA {pragma}")
        if access is not Access.WRITE:
            conn.execute("PRAGMA query_only = ON")
        conn.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    except sqlite3.Error:
        conn.close()
        raise
    return conn


def make_durable(conn: sqlite3.Connection) -> None:
    """From here on a commit is on disk when it returns. Marks the file: only for a collection."""
    conn.execute("PRAGMA journal_mode = WAL")
    conn.execute("PRAGMA synchronous = FULL")


_PRAGMAS: Final = (
    "foreign_keys = ON",
    "recursive_triggers = ON",
    "trusted_schema = OFF",
    "cache_size = -8000",
)


@contextmanager
def transaction(conn: sqlite3.Connection) -> Iterator[None]:
    """All or nothing: on disk when it ends, undone when it raises."""
    conn.execute("BEGIN IMMEDIATE")
    try:
        yield
        conn.execute("COMMIT")
    except BaseException:
        if conn.in_transaction:
            conn.execute("ROLLBACK")
        raise
