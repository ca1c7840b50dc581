"""Keeps what ALSA and PortAudio print to file descriptor 2 off the terminal.

Screens are drawn through that very descriptor by another thread, so it must not be pointed
elsewhere while a screen is up. Two ways remain: ALSA takes an error handler, and a program can
move its own output to a private copy of the descriptor before the screen starts.
"""

from __future__ import annotations

import os
import sys
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_lock = threading.Lock()
_silenced: list[object] = []


def silence_alsa() -> None:
    """Give ALSA an error handler that does nothing. Cheap to call again; never raises."""
    if not sys.platform.startswith("linux"):
        return
    import ctypes  # noqa: PLC0415  (not on the way to the first screen)

    with _lock:
        if _silenced:
            return
        try:
            alsa = ctypes.CDLL("libasound.so.2")
            # A C function that ignores its arguments serves as handler: no Python is run.
            handler = ctypes.cast(ctypes.CDLL(None).getppid, ctypes.c_void_p)
            alsa.snd_lib_error_set_handler(handler)
        except (OSError, AttributeError):
            _silenced.append(None)
            return
        _silenced.append((alsa, handler))


@contextmanager
def stderr_kept_for_screen(log: Path | None = None) -> Iterator[None]:
    """Point file descriptor 2 at ``log`` (or nowhere) and ``sys.__stderr__`` at the terminal.

    For the whole run of a screen, entered before it starts: what native code prints goes to the
    log, what the screen draws to the terminal. ``sys.stderr`` stays what it was.
    """
    original = sys.__stderr__
    if original is None:
        yield
        return
    original.flush()
    terminal = os.dup(2)
    target = os.open(
        os.devnull if log is None else log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600
    )
    screen = open(  # noqa: PTH123, SIM115  (a descriptor; closed below)
        os.dup(terminal), "w", encoding=original.encoding, errors=original.errors
    )
    os.dup2(target, 2)
    os.close(target)
    sys.__stderr__ = screen  # type: ignore[misc]
    try:
        yield
    finally:
        sys.__stderr__ = original  # type: ignore[misc]
        screen.close()
        original.flush()
        os.dup2(terminal, 2)
        os.close(terminal)
