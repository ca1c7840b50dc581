"""An open database file: its lock, its one connection, and who may write through it."""

from __future__ import annotations

from contextlib import contextmanager
from threading import RLock
from typing import TYPE_CHECKING

from recalliq_tui.store import care
from recalliq_tui.store.connection import transaction
from recalliq_tui.store.errors import StoreCode, StoreError, translated

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from pathlib import Path
    from types import TracebackType
    from typing import Self

    from recalliq_tui.store.lock import FileLock


class Handle:
    """What :class:`~recalliq_tui.store.collection.Collection` stands on; made by :meth:`open`."""

    def __init__(
        self,
        path: Path,
        conn: sqlite3.Connection,
        lock: FileLock,
        clock: Callable[[], datetime],
    ) -> None:
        self.path = path
        self._conn = conn
        self._lock = lock
        self._clock = clock
        self._calls = RLock()

    @classmethod
    def open(cls, path: Path, *, clock: Callable[[], datetime]) -> Self:
        """Open the collection at ``path``, or create it; ``clock`` gives aware times.

        A second instance, or one in a folder that can't be written, gets a collection that is
        :attr:`read_only`. Raises :class:`StoreError`: damaged, newer schema, unreachable.
        """
        conn, lock = care.open_database(path, clock=clock)
        return cls(path, conn, lock, clock)

    @property
    def read_only(self) -> bool:
        return not self._lock.held

    def close(self) -> None:
        with self._calls:
            self._conn.close()
            self._lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @contextmanager
    def _read(self) -> Iterator[sqlite3.Connection]:
        with self._calls, translated(self.path):
            yield self._conn

    @contextmanager
    def _write(self) -> Iterator[sqlite3.Connection]:
        with self._calls, translated(self.path):
            if self.read_only:
                raise StoreError(StoreCode.READ_ONLY, "this collection was opened for reading only")
            with transaction(self._conn):
                yield self._conn
