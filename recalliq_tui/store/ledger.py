"""The ledger of paid calls: a row before each call, completed after it.

It has a connection of its own to the collection's file, beside whoever studies there: a command
that renders may spend while the screens are open, and both see one budget. SQLite's own locks keep
their writes apart.
"""

from __future__ import annotations

import os
import sqlite3
import sys
from contextlib import contextmanager, suppress
from datetime import timedelta
from threading import RLock
from typing import TYPE_CHECKING, Final, Self

from recalliq_tui.domain.ledger import Begun
from recalliq_tui.store import care, meta, spending
from recalliq_tui.store.connection import Access, connect, make_durable, transaction
from recalliq_tui.store.errors import StoreCode, StoreError, translated
from recalliq_tui.store.rows import to_micros

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import datetime
    from pathlib import Path

    from recalliq_tui.domain.ledger import Call, Entry, Saved, Settled, Spent

LONGEST_CALL: Final = timedelta(minutes=15)
"""A call that is open for longer was lost, even if a process of that number lives."""


class Ledger:
    """An open ledger. Made by :meth:`open`; may be used from any thread, one call at a time.

    Every method raises :class:`StoreError` when it can't do its work; what it wrote before is
    still there.
    """

    def __init__(self, path: Path, conn: sqlite3.Connection, clock: Callable[[], datetime]) -> None:
        self._path = path
        self._conn = conn
        self._clock = clock
        self._calls = RLock()

    @classmethod
    def open(cls, path: Path, *, clock: Callable[[], datetime]) -> Self:
        """Open the ledger in the collection at ``path``, which is created where there is none.

        Calls that were lost in a kill become ``unknown``. A folder that can't be written gives a
        ledger that can be read.
        """
        if not path.exists():
            conn, lock = care.open_database(path, clock=clock)
            conn.close()
            lock.release()
        with translated(path):
            ledger = cls(path, _connect(path), clock)
        try:
            ledger.find_lost()
        except StoreError as error:
            if error.code not in _CANT_WRITE:
                ledger.close()
                raise
        return ledger

    def close(self) -> None:
        with self._calls:
            self._conn.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    @contextmanager
    def _read(self) -> Iterator[sqlite3.Connection]:
        with self._calls, translated(self._path):
            yield self._conn

    @contextmanager
    def _write(self) -> Iterator[sqlite3.Connection]:
        with self._calls, translated(self._path), transaction(self._conn):
            yield self._conn

    @contextmanager
    def _write_soon(self) -> Iterator[sqlite3.Connection]:
        """Write what survives a kill of the program, if not of the machine: no wait for a disk."""
        with self._calls, translated(self._path):
            self._conn.execute("PRAGMA synchronous = NORMAL")
            try:
                with transaction(self._conn):
                    yield self._conn
            finally:
                self._conn.execute("PRAGMA synchronous = FULL")

    # Calls

    def begin(self, call: Call, *, cap: int = 0) -> Begun:
        """Write down a call that is about to be made; it is on disk when this returns.

        ``cap`` are the characters that the month of ``call.day`` may have, 0 for no limit: a call
        that goes over it is not written, its :class:`Begun` has no number. Asking and writing are
        one transaction, so that two programs never share what is left.
        """
        with self._write() as conn:
            used = spending.used(conn, call.day)
            if cap and used + call.characters > cap:
                return Begun(None, used)
            number = spending.insert(conn, call, process=os.getpid())
            return Begun(number, used + call.characters)

    def settle(self, number: int, settled: Settled) -> int:
        """Complete a call's row; return the characters of its month. Settled calls stay so."""
        with self._write_soon() as conn:
            spending.complete(conn, number, settled)
            row = conn.execute("SELECT day FROM spending WHERE id = ?", (number,)).fetchone()
            return spending.used(conn, row[0]) if row is not None else 0

    def find_lost(self) -> int:
        """Mark calls as ``unknown`` whose program is gone; return how many there were."""
        with self._read() as conn:
            rows = conn.execute(
                "SELECT id, process, at FROM spending WHERE outcome = 'pending'"
            ).fetchall()
        oldest = to_micros(self._clock() - LONGEST_CALL)
        lost = [(number,) for number, process, at in rows if at < oldest or not _alive(process)]
        if lost:
            with self._write() as conn:
                conn.executemany(
                    "UPDATE spending SET outcome = 'unknown' WHERE id = ? AND outcome = 'pending'",
                    lost,
                )
        return len(lost)

    def discard(self, clip_key: str) -> int:
        """Note that a take was thrown away; return how many calls it had cost."""
        with self._write() as conn:
            return conn.execute(
                "UPDATE spending SET discarded = 1 WHERE clip_key = ? AND counted > 0", (clip_key,)
            ).rowcount

    def count_plays(self, saved: Iterable[Saved]) -> None:
        """Add plays of paid clips that came from the cache."""
        with self._write_soon() as conn:
            spending.add_plays(conn, saved)

    # Looking

    def used(self, day: str) -> int:
        """Characters that count in the month of ``day`` (``YYYY-MM-DD``)."""
        with self._read() as conn:
            return spending.used(conn, day)

    def entries(self) -> list[Entry]:
        """All calls, oldest first."""
        with self._read() as conn:
            return spending.entries(conn)

    def spent(self) -> list[Spent]:
        """Calls summed up by all that a report may group them by, oldest day first."""
        with self._read() as conn:
            return spending.spent(conn)

    def saved(self) -> list[Saved]:
        with self._read() as conn:
            return spending.saved(conn)

    # Small values, kept beside

    def remember(self, name: str, value: str) -> None:
        """Keep a small value under a name."""
        with self._write_soon() as conn:
            meta.remember(conn, name, value)

    def recall(self, name: str) -> str | None:
        with self._read() as conn:
            return meta.recall(conn, name)


_CANT_WRITE: Final = frozenset({StoreCode.READ_ONLY, StoreCode.DISK_FULL, StoreCode.LOCKED})


def _connect(path: Path) -> sqlite3.Connection:
    """Connect to write, or where that can't be, to read; refuse another schema."""
    conn: sqlite3.Connection | None = None
    for access in (Access.WRITE, Access.READ, Access.IMMUTABLE):
        with suppress(sqlite3.OperationalError):
            conn = connect(path, access)
            break
    if conn is None:
        raise StoreError(StoreCode.UNREACHABLE, f"{path} can't be opened")
    try:
        care.require_schema(conn)
        with suppress(sqlite3.OperationalError):
            make_durable(conn)
    except BaseException:
        conn.close()
        raise
    return conn


def _alive(process: int) -> bool:
    """Whether a process of that number runs here; ``True`` where that can't be asked safely."""
    if sys.platform == "win32":
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
