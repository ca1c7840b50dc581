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
from typing import TYPE_CHECKING, Any, Final, Self

from recalliq_tui.domain.clips import ClipKey
from recalliq_tui.domain.ledger import Begun, Call, Entry, Outcome, Purpose, Saved, Settled, Spent
from recalliq_tui.domain.voice import SpeechCode
from recalliq_tui.store import care, meta
from recalliq_tui.store.connection import Access, connect, make_durable, transaction
from recalliq_tui.store.errors import StoreCode, StoreError, translated
from recalliq_tui.store.rows import from_micros, to_micros

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import datetime
    from pathlib import Path

LONGEST_CALL: Final = timedelta(minutes=15)
"""A call that is open for longer was lost, even if a process of that number lives."""

_COLUMNS: Final = (
    "id, at, day, purpose, deck_id, provider, voice, model, clip_key, characters, counted,"
    " credits_estimated, credits, outcome, request_id, discarded"
)
_CREDITS: Final = (
    "CASE WHEN credits IS NOT NULL THEN credits WHEN counted > 0 THEN credits_estimated"
    " ELSE credits_estimated * 0 END"
)
"""The provider's figure, else the estimate for what counts; null where neither is known."""


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
            used = _used(conn, call.day)
            if cap and used + call.characters > cap:
                return Begun(None, used)
            row = conn.execute(
                "INSERT INTO spending (at, day, purpose, deck_id, provider, voice, model, clip_key,"
                " characters, counted, credits_estimated, process)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    to_micros(call.at),
                    call.day,
                    call.purpose.value,
                    call.deck,
                    call.provider,
                    call.voice,
                    call.model,
                    call.clip_key,
                    call.characters,
                    call.characters,
                    call.credits,
                    os.getpid(),
                ),
            )
            return Begun(row.lastrowid, used + call.characters)

    def settle(self, number: int, settled: Settled) -> int:
        """Complete a call's row; return the characters of its month. Settled calls stay so."""
        with self._write_soon() as conn:
            conn.execute(
                "UPDATE spending SET outcome = ?, counted = ?, credits = ?, request_id = ?"
                " WHERE id = ? AND outcome IN ('pending', 'unknown')",
                (
                    settled.outcome.value,
                    settled.counted,
                    settled.credits,
                    settled.request_id,
                    number,
                ),
            )
            row = conn.execute("SELECT day FROM spending WHERE id = ?", (number,)).fetchone()
            return _used(conn, row[0]) if row is not None else 0

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
            conn.executemany(
                "INSERT INTO saving (day, deck_id, provider, model, plays, characters)"
                " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET"
                " plays = plays + excluded.plays, characters = characters + excluded.characters",
                [
                    (each.day, each.deck, each.provider, each.model or "", each.plays,
                     each.characters)
                    for each in saved
                ],
            )  # fmt: skip

    # Looking

    def used(self, day: str) -> int:
        """Characters that count in the month of ``day`` (``YYYY-MM-DD``)."""
        with self._read() as conn:
            return _used(conn, day)

    def entries(self) -> list[Entry]:
        """All calls, oldest first."""
        with self._read() as conn:
            rows = conn.execute(f"SELECT {_COLUMNS} FROM spending ORDER BY id")  # noqa: S608
            return [_entry(row) for row in rows]

    def spent(self) -> list[Spent]:
        """Calls summed up by all that a report may group them by, oldest day first."""
        with self._read() as conn:
            rows = conn.execute(
                "SELECT day, purpose, deck_id, provider, model, discarded, outcome, count(*),"  # noqa: S608
                f" sum(counted), sum({_CREDITS}) FROM spending"
                " GROUP BY day, purpose, deck_id, provider, model, discarded, outcome ORDER BY day"
            )
            return [
                Spent(
                    day=day,
                    purpose=Purpose(purpose),
                    deck=deck,
                    provider=provider,
                    model=model,
                    discarded=bool(discarded),
                    outcome=outcome,
                    calls=calls,
                    characters=characters,
                    credits=credits_,
                )
                for (
                    day, purpose, deck, provider, model, discarded, outcome, calls, characters,
                    credits_,
                ) in rows
            ]  # fmt: skip

    def saved(self) -> list[Saved]:
        with self._read() as conn:
            rows = conn.execute(
                "SELECT day, deck_id, provider, model, plays, characters FROM saving ORDER BY day"
            )
            return [Saved(d, deck, p, m or None, plays, n) for d, deck, p, m, plays, n in rows]

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


def _used(conn: sqlite3.Connection, day: str) -> int:
    row = conn.execute(
        "SELECT coalesce(sum(counted), 0) FROM spending WHERE day BETWEEN ? AND ?",
        (f"{day[:7]}-01", f"{day[:7]}-31"),
    ).fetchone()
    return int(row[0])


def _entry(row: tuple[Any, ...]) -> Entry:
    (number, at, day, purpose, deck, provider, voice, model, key, characters, counted, estimated,
     charged, outcome, request_id, discarded) = row  # fmt: skip
    call = Call(
        at=from_micros(at),
        day=day,
        purpose=Purpose(purpose),
        provider=provider,
        voice=voice,
        model=model,
        clip_key=ClipKey(key),
        characters=characters,
        credits=estimated,
        deck=deck,
    )
    settled = Settled(_outcome(outcome), counted, charged, request_id)
    return Entry(number, call, settled, discarded=bool(discarded))


def _outcome(text: str) -> Outcome | SpeechCode:
    return Outcome(text) if text in {each.value for each in Outcome} else SpeechCode(text)


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
