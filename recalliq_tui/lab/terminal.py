"""A program on a pseudo terminal, driven by keys and read as a person sees it."""

from __future__ import annotations

import fcntl
import os
import pty
import signal
import struct
import subprocess
import termios
import threading
import time
from typing import TYPE_CHECKING, Final

from recalliq_tui.lab.screen import Screen

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from types import TracebackType
    from typing import Self

KEYS: Final[Mapping[str, str]] = {
    "space": " ",
    "enter": "\r",
    "tab": "\t",
    "escape": "\x1b",
    "up": "\x1b[A",
    "down": "\x1b[B",
    "f1": "\x1bOP",
    "f2": "\x1bOQ",
    "ctrl+c": "\x03",
}
_END_S: Final = 10.0
_FRAMES_ASKED: Final = b"\x1b[?2026$p"
_FRAMES_KNOWN: Final = "\x1b[?2026;2$y"
_FRAME_END: Final = b"\x1b[?2026l"
_KEPT: Final = 8 * 1024 * 1024


class Terminal:
    """A running program with a screen. Usable from one thread; reads on another."""

    def __init__(
        self, argv: Sequence[str], *, env: Mapping[str, str], columns: int = 100, rows: int = 30
    ) -> None:
        self._screen = Screen(columns, rows)
        self._changed = threading.Condition()
        self._ended = False
        self._written = bytearray()
        self._feet = [""]
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self._process = subprocess.Popen(
            argv, env=dict(env), stdin=slave, stdout=slave, stderr=slave, start_new_session=True
        )
        os.close(slave)
        self._reader = threading.Thread(target=self._read, name="lab terminal", daemon=True)
        self._reader.start()

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def ended(self) -> bool:
        """Whether the program has gone."""
        return self._ended

    @property
    def screen(self) -> str:
        with self._changed:
            return self._screen.text

    @property
    def written(self) -> bytes:
        """All that the program wrote, its last 8 MiB."""
        with self._changed:
            return bytes(self._written)

    @property
    def foot(self) -> str:
        """The words at the foot of the screen, where the strip is."""
        with self._changed:
            return self._screen.foot

    @property
    def feet(self) -> list[str]:
        """All that was at the foot since :meth:`forget`, frame by frame."""
        with self._changed:
            return list(self._feet)

    def forget(self) -> None:
        with self._changed:
            self._feet = [self._screen.foot]

    @property
    def words(self) -> str:
        with self._changed:
            return self._screen.words

    def press(self, key: str) -> None:
        """Press a key: one character, or a name of :data:`KEYS`."""
        self.write(KEYS.get(key, key))

    def write(self, text: str) -> None:
        os.write(self._master, text.encode())

    def wait(self, holds: Callable[[str], bool], *, seconds: float) -> bool:
        """Wait until something holds of the screen's words; whether it did in time."""
        with self._changed:
            self._changed.wait_for(lambda: holds(self._screen.words) or self._ended, seconds)
            return holds(self._screen.words)

    def wait_end(self, *, seconds: float = _END_S) -> int | None:
        """Wait for the program's end; its exit code, ``None`` when it goes on."""
        try:
            return self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return None

    def close(self) -> None:
        """End the program if it still runs."""
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        self._reader.join(1)
        if self._master >= 0:
            os.close(self._master)
            self._master = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _read(self) -> None:
        while True:
            try:
                data = os.read(self._master, 65_536)
            except OSError:  # the program and its children have gone
                data = b""
            with self._changed:
                for frame in data.split(_FRAME_END):
                    self._screen.feed(frame)
                    if self._feet[-1] != (foot := self._screen.foot):
                        self._feet.append(foot)
                self._written += data
                del self._written[:-_KEPT]
                self._ended = not data
                self._changed.notify_all()
            if not data:
                return
            if _FRAMES_ASKED in data:  # so that it marks the end of each frame
                self.write(_FRAMES_KNOWN)


def settle(condition: Callable[[], bool], *, seconds: float, every: float = 0.02) -> bool:
    """Wait for something that nothing announces; whether it came in time."""
    ends = time.monotonic() + seconds
    pause = threading.Event()
    while not condition():
        if time.monotonic() > ends:
            return False
        pause.wait(every)
    return True
