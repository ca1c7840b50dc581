"""Ends the program in good order when the system asks for it: SIGINT, SIGTERM, SIGHUP."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import threading
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

_NAMES: Final = ("SIGINT", "SIGTERM", "SIGHUP")
_LAST_S: Final = 5.0
"""A program that has not ended so long after it was asked to is ended."""


def on_end_signals(end: Callable[[int], None]) -> None:
    """Call ``end`` on the running loop with the exit code, 128 and the signal's number.

    Where the terminal itself is gone nobody can be shown anything, and a write to it could hang:
    the process ends at once. Every answer is on disk by then.
    """
    if sys.platform == "win32":
        return
    loop = asyncio.get_running_loop()

    def asked(number: int) -> None:
        code = 128 + number
        if not os.isatty(0):
            os._exit(code)
        last = threading.Timer(_LAST_S, os._exit, [code])
        last.daemon = True
        last.start()
        end(code)

    for name in _NAMES:
        number = signal.Signals[name]
        loop.add_signal_handler(number, asked, number)
