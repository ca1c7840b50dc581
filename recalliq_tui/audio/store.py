"""One folder of clips: a diskcache with a safe disk, and the index lookups it lacks.

A row's tag is the text's hash; a clip that failed its hash keeps its row, with ``!`` before the
tag, until it is put again.
"""
# ruff: noqa: SLF001  (diskcache has no public way to ask its index without reading values)

from __future__ import annotations

import errno
import os
import sqlite3
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import diskcache

from recalliq_tui.audio.disk import ClipDisk, UnsafeValueError
from recalliq_tui.audio.errors import CacheCode, CacheError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

DAMAGED: Final = "!"
DATABASE: Final = "cache.db"
_LOCK_SECONDS: Final = 10.0
_IN_CHUNK: Final = 500


@dataclass(frozen=True, slots=True)
class Row:
    """What the index says of one clip. ``size`` is of its file, in bytes."""

    key: str
    tag: str
    filename: str | None
    size: int

    @property
    def damaged(self) -> bool:
        return self.tag.startswith(DAMAGED)


class Store:
    """Frames by clip key. Methods raise :class:`CacheError`."""

    def __init__(self, folder: Path, *, max_bytes: int | None) -> None:
        """Open or create the store. Without ``max_bytes`` nothing is ever evicted."""
        self.folder = folder
        with translated():
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            path = str(folder.absolute())
            if os.path.expandvars(path) != path:  # diskcache would expand it
                raise CacheError(CacheCode.UNWRITABLE, "the folder's name holds a $VARIABLE")
            self._cache: Any = diskcache.Cache(
                path,
                timeout=_LOCK_SECONDS,
                disk=ClipDisk,
                eviction_policy="none" if max_bytes is None else "least-recently-used",
                size_limit=2**62 if max_bytes is None else max_bytes,
                cull_limit=0 if max_bytes is None else 10,
                disk_min_file_size=0,
                statistics=0,
                tag_index=1,
            )

    @property
    def disk(self) -> ClipDisk:
        disk: ClipDisk = self._cache.disk
        return disk

    def write(self, key: str, frame: bytes, tag: str) -> None:
        with translated():
            try:
                self._cache.set(key, frame, tag=tag)
            except (sqlite3.Error, diskcache.Timeout):
                self.disk.forget_written()
                raise

    def read(self, key: str) -> bytes | None:
        """Return a frame, unverified. ``UnsafeValueError`` for a row not of our making."""
        with translated():
            value: bytes | None = self._cache.get(key)
            return value

    def row(self, key: str) -> Row | None:
        return next(iter(self._rows("WHERE key = ?", (key,))), None)

    def rows(self) -> list[Row]:
        """All rows with a proper key, oldest first."""
        return self._rows("ORDER BY rowid", ())

    def tagged(self, tag: str) -> list[str]:
        return [row.key for row in self._rows("WHERE tag = ? ORDER BY rowid", (tag,))]

    def present(self, keys: Iterable[str]) -> set[str]:
        """Return which keys have an undamaged row; 10,000 keys take a few ms."""
        wanted = list(keys)
        found: set[str] = set()
        with translated():
            for start in range(0, len(wanted), _IN_CHUNK):
                part = wanted[start : start + _IN_CHUNK]
                marks = ",".join("?" * len(part))
                found.update(
                    key
                    for (key,) in self._cache._sql(
                        f"SELECT key FROM Cache WHERE raw = 1 AND key IN ({marks})"  # noqa: S608
                        " AND substr(COALESCE(tag, ''), 1, 1) <> '!'",
                        part,
                    )
                )
        return found

    def totals(self) -> tuple[int, int, int]:
        """Return how many sound clips there are, their bytes, and how many are damaged."""
        with translated():
            ((clips, size, damaged),) = self._cache._sql(
                "SELECT COUNT(*), COALESCE(SUM(size), 0),"
                " COALESCE(SUM(substr(COALESCE(tag, ''), 1, 1) = '!'), 0) FROM Cache"
            ).fetchall()
        return clips - damaged, size, damaged

    def mark_damaged(self, bad: Row) -> bool:
        """Mark a clip, unless somebody put it anew since ``bad`` was read."""
        with translated(), self._cache.transact():
            row = self.row(bad.key)
            if row is None or row.filename != bad.filename:
                return False
            if not row.damaged:
                self._cache.set(bad.key, b"", tag=DAMAGED + row.tag)
        return True

    def delete(self, key: str) -> bool:
        with translated():
            return bool(self._cache.delete(key))

    def discard_strange_rows(self) -> int:
        """Drop rows whose key is not one of ours: nothing could ever ask for them."""
        with translated(), self._cache.transact():
            cursor = self._cache._sql(
                "DELETE FROM Cache WHERE raw <> 1 OR typeof(key) <> 'text'"
                " OR length(key) <> 64 OR key GLOB '*[^0-9a-f]*'"
            )
            return int(cursor.rowcount)

    def is_sound(self) -> bool:
        """Say whether SQLite finds its own file in order."""
        try:
            (first,) = self._cache._sql("PRAGMA quick_check(1)").fetchone()
        except sqlite3.Error:
            return False
        return bool(first == "ok")

    def close(self) -> None:
        self._cache.close()

    def _rows(self, where: str, values: tuple[object, ...]) -> list[Row]:
        with translated():
            found = self._cache._sql(
                f"SELECT key, tag, filename, size, raw FROM Cache {where}",  # noqa: S608
                values,
            ).fetchall()
        return [
            Row(key, str(tag or ""), filename, int(size or 0))
            for key, tag, filename, size, raw in found
            if raw == 1 and isinstance(key, str)
        ]


@contextmanager
def translated() -> Iterator[None]:
    """Turn what SQLite, diskcache and the system raise into this layer's error."""
    try:
        yield
    except UnsafeValueError:
        raise
    except diskcache.Timeout as error:
        raise CacheError(CacheCode.BUSY, "the clip cache is locked") from error
    except sqlite3.Error as error:
        raise CacheError(_sqlite_code(error), f"the clip cache's index: {error}") from error
    except OSError as error:
        full = error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
        words = os.strerror(error.errno) if error.errno else str(error)
        code = CacheCode.FULL if full else CacheCode.UNWRITABLE
        raise CacheError(code, f"the clip cache's folder: {words}") from error


def _sqlite_code(error: sqlite3.Error) -> CacheCode:
    match getattr(error, "sqlite_errorcode", 0) & 0xFF:
        case sqlite3.SQLITE_FULL | sqlite3.SQLITE_IOERR:
            return CacheCode.FULL
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return CacheCode.BUSY
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_PERM:
            return CacheCode.UNWRITABLE
        case _:
            return CacheCode.DAMAGED
