"""The one error family of this layer, and how SQLite's own errors become it."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from recalliq_tui.textsafe import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class StoreCode(StrEnum):
    DAMAGED = "damaged"
    """The file is no sound database. Nothing was changed; a backup can be restored."""
    NEWER_SCHEMA = "newer_schema"
    """A newer version of the program wrote it."""
    READ_ONLY = "read_only"
    """Another instance is writing, or the folder can't be written."""
    DISK_FULL = "disk_full"
    LOCKED = "locked"
    """Another program holds the database or its lock."""
    UNREACHABLE = "unreachable"
    """The file or its folder can't be opened, read or created."""
    UNKNOWN_CARD = "unknown_card"


RECOVERY: Final = {
    StoreCode.DAMAGED: "Run `recalliq doctor --restore` to choose a backup; the damaged file is kept.",
    StoreCode.NEWER_SCHEMA: "Update recalliq, or point RECALLIQ_DATA_DIR at another folder.",
    StoreCode.READ_ONLY: "Close the other recalliq, or make the data folder writable, then start again.",
    StoreCode.DISK_FULL: "Free some space; everything answered before this is saved.",
    StoreCode.LOCKED: "Close the program that uses the collection, then try again.",
    StoreCode.UNREACHABLE: "Check that the data folder exists and is yours, or set RECALLIQ_DATA_DIR.",
    StoreCode.UNKNOWN_CARD: "Load the deck again; its file may have changed.",
}


class StoreError(Exception):
    """The collection can't do what was asked; what was on disk before is still there.

    ``message`` says what happened, ``recovery`` what to do; both are clean, single lines.
    """

    def __init__(self, code: StoreCode, message: str, *, recovery: str | None = None) -> None:
        self.code = code
        self.message = one_line(message)
        self.recovery = one_line(recovery or RECOVERY[code])
        super().__init__(f"{code.value}: {self.message}")


_CODES: Final = {
    sqlite3.SQLITE_CORRUPT: StoreCode.DAMAGED,
    sqlite3.SQLITE_NOTADB: StoreCode.DAMAGED,
    sqlite3.SQLITE_FULL: StoreCode.DISK_FULL,
    sqlite3.SQLITE_BUSY: StoreCode.LOCKED,
    sqlite3.SQLITE_LOCKED: StoreCode.LOCKED,
    sqlite3.SQLITE_READONLY: StoreCode.READ_ONLY,
    sqlite3.SQLITE_PERM: StoreCode.UNREACHABLE,
    sqlite3.SQLITE_CANTOPEN: StoreCode.UNREACHABLE,
    sqlite3.SQLITE_IOERR: StoreCode.UNREACHABLE,
}


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turn SQLite's and the system's errors within into :class:`StoreError`.

    Errors that only a mistake in this package can cause (bad SQL, a broken constraint) pass.
    """
    try:
        yield
    except sqlite3.Error as error:
        number = getattr(error, "sqlite_errorcode", None)
        code = None if number is None else _CODES.get(number & 0xFF)
        if code is None:
            raise
        raise StoreError(code, f"{path}: {error}") from error
    except OSError as error:
        raise StoreError(
            StoreCode.UNREACHABLE, f"{error.filename or path}: {error.strerror}"
        ) from error
