"""The voice process: text comes in on one pipe, MP3 goes out on another.

It imports nothing but the standard library, the engine and the encoder, so that it starts in a
few hundredths of a second. It ends when its standard input ends or its parent dies.
"""

from __future__ import annotations

import ctypes
import json
import os
import queue
import signal
import sys
import threading
from typing import TYPE_CHECKING, BinaryIO, Final

from recalliq_tui.speech.espeak import frames
from recalliq_tui.speech.espeak.engine import EVENT_WORD, RESET_PITCH, Engine, EngineError

if TYPE_CHECKING:
    from collections.abc import Callable

PIECE_BYTES: Final = 4096
"""The first MP3 bytes leave at once, later ones in pieces of this size (half a second)."""
ENCODER_QUALITY: Final = 2
_SET_PARENT_DEATH_SIGNAL: Final = 1


class Inbox:
    """Reads requests on a thread, so that a cancel is seen in the midst of a synthesis."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._requests: queue.SimpleQueue[tuple[dict[str, object], bytes]] = queue.SimpleQueue()
        self._cancelled: set[object] = set()
        self._gone = 0
        threading.Thread(target=self._read, name="inbox", daemon=True).start()

    def _read(self) -> None:
        while True:
            prefix = self._stream.read(frames.PREFIX_BYTES)
            if not prefix:
                os._exit(0)
            try:
                header_size, body_size = frames.sizes(prefix)
                header = frames.parse(self._stream.read(header_size))
            except frames.FrameError:
                os._exit(3)
            body = self._stream.read(body_size)
            if header.get("op") == "cancel":
                self._cancelled.add(header.get("id"))
            else:
                self._requests.put((header, body))

    def next(self) -> tuple[dict[str, object], bytes]:
        return self._requests.get()

    def is_cancelled(self, request: object) -> bool:
        return request in self._cancelled

    def forget(self, request: object) -> None:
        self._cancelled.discard(request)


class Speaker:
    """Answers requests. ``send`` writes one frame to the parent."""

    def __init__(
        self, engine: Engine, inbox: Inbox, send: Callable[[dict[str, object], bytes], None]
    ) -> None:
        self.engine = engine
        self.inbox = inbox
        self.send = send

    def answer(self, header: dict[str, object], body: bytes) -> None:
        request = header.get("id")
        try:
            if header.get("op") == "voices":
                self.send(
                    {"ev": "voices", "id": request, "voices": describe_voices(self.engine)}, b""
                )
            else:
                events = self.speak(header, body)
                self.send({"ev": "done", "id": request, "events": events}, b"")
        except EngineError as error:
            self.send(
                {"ev": "error", "id": request, "code": error.code, "message": str(error)}, b""
            )
        finally:
            self.inbox.forget(request)

    def speak(self, header: dict[str, object], body: bytes) -> list[tuple[int, int, int, int]]:
        request = header.get("id")
        self.engine.set_voice(
            str(header["voice"]),
            wpm=_number(header, "wpm", 175),
            pitch=_number(header, "pitch", RESET_PITCH),
        )
        encoder = _encoder(rate=self.engine.rate, kbps=_number(header, "kbps", 64))
        held = bytearray()
        limit = 1
        encoded = False

        def take(pcm: bytes) -> bool:
            nonlocal limit, encoded
            encoded = True
            held.extend(encoder.encode(pcm))
            if len(held) >= limit:
                limit = PIECE_BYTES
                self.send({"ev": "audio", "id": request}, bytes(held))
                held.clear()
            return self.inbox.is_cancelled(request)

        events = self.engine.speak(
            body.decode("utf-8", "replace"), phonemes=header.get("phonemes") is True, on_audio=take
        )
        if self.inbox.is_cancelled(request):
            raise EngineError("cancelled", "cancelled")
        if not encoded or not any(event[0] == EVENT_WORD for event in events):
            raise EngineError("blank", "there is nothing in this text that can be said")
        held.extend(encoder.flush())
        self.send({"ev": "audio", "id": request}, bytes(held))
        return events


class _Encoder:
    """What is used of the encoder, for the type checker."""

    def encode(self, pcm: bytes) -> bytes:
        raise NotImplementedError

    def flush(self) -> bytes:
        raise NotImplementedError


def _encoder(*, rate: int, kbps: int) -> _Encoder:
    import lameenc  # noqa: PLC0415

    encoder = lameenc.Encoder()
    encoder.silence()
    encoder.set_channels(1)
    encoder.set_in_sample_rate(rate)
    encoder.set_out_sample_rate(rate)
    encoder.set_bit_rate(kbps)
    encoder.set_quality(ENCODER_QUALITY)
    result: _Encoder = encoder
    return result


def _number(header: dict[str, object], name: str, default: int) -> int:
    value = header.get(name, default)
    return value if isinstance(value, int) else default


def describe_voices(engine: Engine) -> list[dict[str, object]]:
    return [
        {"id": voice.id, "name": voice.name, "languages": [code for _, code in voice.languages]}
        for voice in engine.voices()
    ]


def _die_with_parent(parent: int) -> None:
    """End when the parent does, however it ends (Linux; elsewhere the pipe's end says so)."""
    if not sys.platform.startswith("linux"):
        return
    ctypes.CDLL(None).prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(0)


def _private_output() -> BinaryIO:
    """Take standard output for frames alone: what a library prints goes nowhere."""
    out = os.fdopen(os.dup(1), "wb", buffering=0)
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)
    os.close(null)
    return out


def serve(settings: dict[str, object], *, speaker: type[Speaker] = Speaker) -> None:
    """Answer requests until the parent goes. ``settings``: library, data, parent (process id)."""
    out = _private_output()

    def send(header: dict[str, object], body: bytes) -> None:
        view = memoryview(frames.pack(header, body))
        try:
            while view:
                view = view[out.write(view) or 0 :]
        except OSError:
            os._exit(0)

    for ignored in (signal.SIGINT, getattr(signal, "SIGHUP", signal.SIGINT)):
        signal.signal(ignored, signal.SIG_IGN)
    _die_with_parent(int(str(settings["parent"])))
    try:
        engine = Engine(library=str(settings["library"]), data=str(settings["data"]))
    except EngineError as error:
        send({"ev": "error", "id": None, "code": "start", "message": str(error)}, b"")
        return
    inbox = Inbox(sys.stdin.buffer)
    send({"ev": "ready", "rate": engine.rate, "version": engine.version}, b"")
    worker = speaker(engine, inbox, send)
    while True:
        worker.answer(*inbox.next())


def main() -> None:
    serve(json.loads(sys.argv[1]))
