"""The program on a pseudo terminal of its own, read byte for byte."""

from __future__ import annotations

import fcntl
import os
import re
import signal
import struct
import termios
import threading
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Final

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

PATIENCE_S: Final = 20.0
"""How long a test waits for what must come; the machine may be busy."""

_DEFAULT_SIGNALS: Final = (signal.SIGINT, signal.SIGPIPE, signal.SIGHUP, signal.SIGTERM)
_COLOURS: Final = re.compile(rb"\x1b\[[0-9;]*m")


class Pseudo:
    """A running program and all that it has written to its terminal so far."""

    def __init__(
        self, argv: Sequence[str], *, env: Mapping[str, str], columns: int = 80, rows: int = 24
    ) -> None:
        self._master, slave = os.openpty()
        self.name = os.ttyname(slave)
        self.resize(columns, rows)
        self._grown = threading.Condition()
        self._data = bytearray()
        self._closed = self._ended = False
        self._status: int | None = None
        # The first terminal that a session's leader opens becomes its controlling terminal.
        self.pid = os.posix_spawn(
            argv[0],
            list(argv),
            dict(env),
            file_actions=[
                (os.POSIX_SPAWN_OPEN, 0, self.name, os.O_RDWR, 0),
                (os.POSIX_SPAWN_DUP2, 0, 1),
                (os.POSIX_SPAWN_DUP2, 0, 2),
            ],
            setsid=True,
            setsigdef=_DEFAULT_SIGNALS,
        )
        self.started = time.monotonic()
        os.close(slave)
        self._threads = [
            threading.Thread(target=work, daemon=True) for work in (self._read, self._wait)
        ]
        for thread in self._threads:
            thread.start()

    # --- what it shows ---------------------------------------------------------------------

    @property
    def data(self) -> bytes:
        with self._grown:
            return bytes(self._data)

    @property
    def place(self) -> int:
        """How many bytes have come so far; to wait for what comes after."""
        return len(self._data)

    def text(self, after: int = 0) -> str:
        """Return what came after a place, without colours."""
        return _COLOURS.sub(b"", self.data[after:]).decode(errors="replace")

    def wait_for(self, *texts: str, after: int = 0, seconds: float = PATIENCE_S) -> str:
        """Wait until one of ``texts`` was written after a place; return the one that was."""
        found: list[str] = []

        def seen() -> bool:
            data = self._data[after:]
            found[:] = [text for text in texts if text.encode() in data]
            return bool(found) or self._ended

        with self._grown:
            self._grown.wait_for(seen, seconds)
        if not found:
            pytest.fail(f"{texts} did not come; the end of what did:\n{self.text()[-3000:]}")
        return found[0]

    def wait_match(self, pattern: str, *, after: int = 0, seconds: float = PATIENCE_S) -> str:
        """Wait until a pattern was written after a place; return the whole match."""
        wanted = re.compile(pattern.encode())
        with self._grown:
            self._grown.wait_for(
                lambda: wanted.search(self._data, after) is not None or self._ended, seconds
            )
            match = wanted.search(self._data, after)
        if match is None:
            pytest.fail(f"{pattern} did not come; the end of what did:\n{self.text()[-3000:]}")
        return match[0].decode()

    # --- what is done to it ----------------------------------------------------------------

    def send(self, keys: str) -> None:
        os.write(self._master, keys.encode())

    def resize(self, columns: int, rows: int) -> None:
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def signal(self, number: signal.Signals) -> None:
        with suppress(ProcessLookupError):
            os.kill(self.pid, number)

    def hang_up(self) -> None:
        """Take the terminal away, as a lost connection does."""
        self._close_master()

    def wait_exit(self, *, seconds: float = PATIENCE_S) -> int:
        """Wait for the end and for the last byte; return the exit code, negative for a signal."""
        with self._grown:
            done = self._grown.wait_for(lambda: self._status is not None and self._ended, seconds)
            status = self._status
        if status is None or not done:
            pytest.fail(f"the program did not end:\n{self.text()[-3000:]}")
        return os.waitstatus_to_exitcode(status)

    @property
    def running(self) -> bool:
        return self._status is None

    @property
    def settings(self) -> list[Any]:
        """Return the terminal's settings, which a program must leave as it found them."""
        return termios.tcgetattr(self._master)[:4]

    def close(self) -> None:
        """End the program if it still runs, and let go of the terminal."""
        self.signal(signal.SIGCONT)
        if self.running:
            self.signal(signal.SIGKILL)
        self._threads[1].join(PATIENCE_S)
        self._threads[0].join(1)
        self._close_master()

    # --- inside ----------------------------------------------------------------------------

    def _close_master(self) -> None:
        master, self._master = self._master, -1
        if master >= 0:
            os.close(master)

    def _read(self) -> None:
        master = self._master
        while True:
            try:
                piece = os.read(master, 65536)
            except OSError:  # no process has the terminal open any more
                piece = b""
            with self._grown:
                self._data += piece
                self._ended = not piece
                self._grown.notify_all()
            if not piece:
                return

    def _wait(self) -> None:
        _, status = os.waitpid(self.pid, 0)
        with self._grown:
            self._status = status
            self._grown.notify_all()


@contextmanager
def pseudo(argv: Sequence[str], *, env: Mapping[str, str], **size: int) -> Iterator[Pseudo]:
    """Run a program on a pseudo terminal; it is gone after the block."""
    program = Pseudo(argv, env=env, **size)
    try:
        yield program
    finally:
        program.close()


def eventually(condition: Callable[[], object], what: str, *, seconds: float = PATIENCE_S) -> None:
    """Wait until a condition holds that nothing announces, or fail naming what was waited for."""
    ends = time.monotonic() + seconds
    pause = threading.Event()
    while not condition():
        if time.monotonic() > ends:
            pytest.fail(f"waited {seconds:g} s for {what}")
        pause.wait(0.02)
