"""Writes a session's trace: every event of player, voice and strip, from any thread.

A thread of its own writes and flushes what has come, so that nobody waits for the disk and a kill
costs a few milliseconds of trace at most.
"""

from __future__ import annotations

import atexit
import itertools
import logging
import os
import platform
import queue
import sys
import threading
import time
from dataclasses import replace
from datetime import UTC, datetime
from typing import IO, TYPE_CHECKING, Any, Final

from recalliq_tui import __version__
from recalliq_tui.domain.trace import (
    MAX_RECORDS,
    TraceHeader,
    TraceRecord,
    header_line,
    is_header,
    record_line,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from recalliq_tui.audio.events import PlaybackEvent
    from recalliq_tui.services.board import Board, Status

_LOG: Final = logging.getLogger(__name__)
_CLOSE_S: Final = 2.0
_QUEUED: Final = 10_000
_DEVICE_STATES: Final = {
    "device_ready": "ready",
    "device_back": "ready",
    "device_missing": "none",
    "device_lost": "lost",
}
_AFTER: Final = {
    "requested": "waiting",
    "first_frame": "playing",
    "flowing": "playing",
    "resumed": "playing",
    "starved": "starved",
    "paused": "paused",
    "ended": "silent",
    "cut": "silent",
    "failed": "silent",
}
"""What the player does after a clip's event."""
_SOUNDED: Final = frozenset({"first_frame", "ended"})


class NotATraceError(OSError):
    """A file that is there already and is something else than a trace."""


class TraceFile:
    """A trace that is being written. Thread-safe; nothing but making and ``close`` waits.

    A trace that can't be written any more ends with a line in the log: it must never disturb what
    it watches. ``clock`` is monotonic, in seconds, and the player's. ``sha256_of`` names the bytes
    of a clip that sounded; it is asked on the writer's thread.
    """

    def __init__(
        self, path: Path, *, sink: str = "", clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Begin a trace, over an older one if there is one.

        Raises :class:`NotATraceError` for a file that is something else, ``OSError`` for one that
        can't be written.
        """
        self._file = _create(path, sink)
        self._clock = clock
        self._born = clock()
        self._player_born = self._born
        self._numbers = itertools.count()
        self._lock = threading.Lock()
        self._inbox: queue.Queue[tuple[TraceRecord, dict[str, Any]] | None] = queue.Queue(_QUEUED)
        self._shown: dict[str, str] = {}
        self._hashes: dict[str, str] = {}
        self._closed = False
        self.seconds_of: Callable[[PlaybackEvent], float] | None = None
        """When an event of the player was, on the clock; its arrival where nobody knows."""
        self.sha256_of: Callable[[str], str | None] = lambda _key: None
        self._thread = threading.Thread(target=self._run, name="recalliq-trace", daemon=True)
        self._thread.start()
        atexit.register(self.close)

    # --- what happens ------------------------------------------------------------------------

    def know(self, clip_key: str, sha256: str) -> None:
        """Say which audio a clip key stands for, for the events to come."""
        self._hashes[clip_key] = sha256

    def event(self, event: PlaybackEvent) -> None:
        """Write an event of the player."""
        ev = event.ev
        code = getattr(event, "code", None) or getattr(event, "cause", None)
        at = self._clock() if self.seconds_of is None else self.seconds_of(event)
        self._player_born = at - event.t_ms / 1000
        self.note(
            ev,
            at=at,
            clip_key=getattr(event, "key", None),
            dur_ms=getattr(event, "duration_ms", None),
            code=None if code is None else code.value,
            state=_DEVICE_STATES.get(ev) or _AFTER.get(ev),
        )

    def mark(self, name: str, *, t_ms: float, **values: Any) -> None:
        """Write what the screen did, at a time of the player's own clock (as its events have it).

        ``values`` are further fields of the line: numbers, or words that no card holds.
        """
        self._put(name, self._player_born + t_ms / 1000, {}, values)

    def note(self, ev: str, *, at: float | None = None, **values: Any) -> None:
        """Write an event of now, or of ``at`` on the clock, with fields of :class:`TraceRecord`."""
        self._put(ev, self._clock() if at is None else at, values, {})

    def follow(self, board: Board) -> None:
        """Write what the strip shows now, and each change of it."""
        self._status(board.status)
        board.listen(self._status)

    def close(self) -> None:
        """Write what is left and close the file. Waits two seconds at most; never raises."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
        atexit.unregister(self.close)
        try:
            self._inbox.put(None, timeout=_CLOSE_S)
        except queue.Full:
            return
        self._thread.join(_CLOSE_S)

    # --- inside --------------------------------------------------------------------------------

    def _status(self, status: Status) -> None:
        now = {
            "voice": status.voice.state.value,
            "cache": status.cache.value,
            "sound": "muted" if status.muted else "on",
        }
        with self._lock:
            changed = {name: state for name, state in now.items() if self._shown.get(name) != state}
            self._shown.update(changed)
        for name, state in changed.items():
            self.note(name, state=state)

    def _put(self, ev: str, at: float, values: dict[str, Any], more: dict[str, Any]) -> None:
        with self._lock:
            if self._closed:
                return
            number = next(self._numbers)
            if number > MAX_RECORDS:
                return
            if number == MAX_RECORDS:
                ev, values, more = "trace_full", {}, {}
            record = TraceRecord(max(0.0, (at - self._born) * 1000), number, ev, **values)
            try:
                self._inbox.put_nowait((record, more))
            except queue.Full:
                _LOG.warning("the trace can't be written as fast as things happen")

    def _run(self) -> None:
        try:
            while (item := self._inbox.get()) is not None:
                self._write(*item)
                if self._inbox.empty():
                    self._file.flush()
        except (OSError, ValueError) as error:
            _LOG.warning("the trace ends here: %s", error)
            self._closed = True
        finally:
            self._close_file()

    def _write(self, record: TraceRecord, more: dict[str, Any]) -> None:
        sha256 = self._sha256(record)
        if sha256 is not None:
            record = replace(record, sha256=sha256)
        self._file.write(record_line(record, **more) + "\n")

    def _sha256(self, record: TraceRecord) -> str | None:
        """Say which bytes sounded; looked for once they have been read anyway."""
        key = record.clip_key
        if key is None:
            return None
        if key not in self._hashes and record.ev in _SOUNDED:
            found = self.sha256_of(key)
            if found is not None:
                self._hashes[key] = found
        return self._hashes.get(key)

    def _close_file(self) -> None:
        try:
            self._file.close()
        except OSError as error:
            _LOG.warning("the trace's end could not be written: %s", error)


def _create(path: Path, sink: str) -> IO[str]:
    refuse_others(path)
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    file = open(os.open(path, flags, 0o600), "w", encoding="utf-8")  # noqa: PTH123, SIM115
    header = TraceHeader(
        program=__version__,
        made=datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        system=sys.platform,
        python=platform.python_version(),
        sink=sink,
    )
    file.write(header_line(header) + "\n")
    file.flush()
    return file


def refuse_others(path: Path) -> None:
    """Raise :class:`NotATraceError` for a file that is there and is something else."""
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            first = file.readline(4096)
    except FileNotFoundError:
        return
    if first and not is_header(first):
        raise NotATraceError(f"{path.name} is there already and is no trace; choose another name")
