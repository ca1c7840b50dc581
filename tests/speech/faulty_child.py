"""A voice process that misbehaves on command: the real one, with faults where a text asks for one."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from typing import BinaryIO

from recalliq_tui.speech.espeak import child, frames

FAULTS = ("CRASH", "EXIT", "HANG", "GARBAGE", "HALF", "OTHER", "STRANGE", "STUCK", "WAIT")
_OUTPUT: list[BinaryIO] = []
_private_output = child._private_output


def _captured_output() -> BinaryIO:
    _OUTPUT.append(_private_output())
    return _OUTPUT[0]


class FaultySpeaker(child.Speaker):
    """A word in capitals in a text names what happens; WAIT waits until it is cancelled."""

    def answer(self, header: dict[str, object], body: bytes) -> None:
        for name in FAULTS:
            if name in body.decode():
                getattr(self, name.lower())(header)
        super().answer(header, body)

    def crash(self, _header: dict[str, object]) -> None:
        os.kill(os.getpid(), signal.SIGSEGV)

    def exit(self, _header: dict[str, object]) -> None:
        os._exit(7)

    def hang(self, _header: dict[str, object]) -> None:
        threading.Event().wait()

    def garbage(self, header: dict[str, object]) -> None:
        _OUTPUT[0].write(b"\x1b]52;c;aGk=\x07" * 20)
        self.hang(header)

    def half(self, header: dict[str, object]) -> None:
        _OUTPUT[0].write(frames.pack({"ev": "audio", "id": header["id"]}, b"x" * 100)[:50])
        os._exit(0)

    def other(self, _header: dict[str, object]) -> None:
        self.send({"ev": "audio", "id": 999_999}, b"someone else's")

    def strange(self, header: dict[str, object]) -> None:
        self.send({"ev": "dance", "id": header["id"]}, b"")

    def stuck(self, header: dict[str, object]) -> None:
        self.send({"ev": "audio", "id": header["id"]}, b"piece")
        self.hang(header)

    def wait(self, header: dict[str, object]) -> None:
        self.send({"ev": "audio", "id": header["id"]}, b"piece")
        while not self.inbox.is_cancelled(header["id"]):
            threading.Event().wait(0.002)


def main() -> None:
    child._private_output = _captured_output
    serve_settings = json.loads(sys.argv[1])
    child.serve(serve_settings, speaker=FaultySpeaker)
