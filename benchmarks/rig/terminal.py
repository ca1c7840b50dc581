"""A program on a pseudo terminal, driven and read by one thread: what arrives is timed at once."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

PATIENCE_S: Final = 60.0
_OVERLAP: Final = 2000
"""So many bytes back a text may begin whose end has just come, colours and all."""
_COLOURS: Final = re.compile(rb"\x1b\[[0-9;:]*m")


class Terminal:
    """A running program. Times are of CLOCK_MONOTONIC, in seconds."""

    def __init__(
        self, argv: Sequence[str], *, env: Mapping[str, str], columns: int = 80, rows: int = 24
    ) -> None:
        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.data = bytearray()
        self.started = time.monotonic()
        self.process = subprocess.Popen(
            argv, env=dict(env), stdin=slave, stdout=slave, stderr=slave, start_new_session=True
        )
        os.close(slave)

    @property
    def pid(self) -> int:
        return self.process.pid

    def send(self, keys: str) -> float:
        """Write keys; return the moment just before."""
        at = time.monotonic()
        os.write(self.master, keys.encode())
        return at

    def read(self) -> None:
        """Take what the terminal holds; call it when the terminal can be read."""
        try:
            self.data += os.read(self.master, 1 << 16)
        except OSError:
            self.fail("the program ended")

    def wait_for(self, text: str, *, after: int = 0, seconds: float = PATIENCE_S) -> float:
        """Wait until ``text`` was written after a place; return when its last byte arrived."""
        wanted = text.encode()
        ends = time.monotonic() + seconds
        start = after
        while wanted not in _plain(self.data[start:]):
            start = max(after, len(self.data) - _OVERLAP)
            self._wait(ends, text)
            self.read()
        return time.monotonic()

    def wait_quiet(self, seconds: float) -> None:
        """Read until nothing has arrived for so long."""
        while select.select([self.master], [], [], seconds)[0]:
            self.read()

    def read_for(self, seconds: float) -> int:
        """Read for so long; return how many bytes came."""
        before, ends = len(self.data), time.monotonic() + seconds
        while (left := ends - time.monotonic()) > 0:
            if select.select([self.master], [], [], left)[0]:
                self.read()
        return len(self.data) - before

    def _wait(self, ends: float, what: str) -> None:
        ready = select.select([self.master], [], [], max(0.0, ends - time.monotonic()))[0]
        if not ready:
            self.fail(f"{what!r} did not come")

    def fail(self, words: str) -> None:
        """Raise with the end of what was on the terminal."""
        raise RuntimeError(f"{words}; the terminal's end: {_plain(self.data[-2000:])!r}")

    def close(self) -> None:
        """End the program at once."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        os.close(self.master)


@contextmanager
def terminal(argv: Sequence[str], *, env: Mapping[str, str]) -> Iterator[Terminal]:
    """Run a program on a terminal of 80 by 24; it is gone after the block."""
    running = Terminal(argv, env=env)
    try:
        yield running
    finally:
        running.close()


def family(pid: int) -> list[int]:
    """Return a process and all that descend from it."""
    found = [pid]
    for each in found:
        for task in Path(f"/proc/{each}/task").glob("*/children"):
            found += [int(child) for child in task.read_text().split()]
    return found


def memory_mb(pid: int, name: str = "VmRSS") -> float:
    """Return a line of a process's status in megabytes (10**6 bytes)."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) * 1024 / 1e6
    raise RuntimeError(f"no {name} of process {pid}")


def cpu_seconds(pid: int) -> float:
    """Return the seconds of processor time, user and system, that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _plain(data: bytes | bytearray) -> bytes:
    return _COLOURS.sub(b"", data)
