"""Sound that arrives bit by bit."""

from __future__ import annotations

import math
import threading
import time
from array import array
from typing import TYPE_CHECKING

import lameenc

from recalliq_tui.audio.pcmstream import PcmStream
from recalliq_tui.audio.streaming import Mp3Decoder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from recalliq_tui.audio.streaming import StreamDecoder


def a_sweep(ms: int, *, rate: int, channels: int = 1) -> bytes:
    """Return 16-bit PCM no two stretches of which are alike."""
    samples = array("h")
    for n in range(rate * ms // 1000):
        value = round(12_000 * math.sin(n * n / 40_000) + 3_000 * math.sin(n / 7))
        samples.extend((value,) * channels)
    return samples.tobytes()


def an_mp3(
    ms: int, *, rate: int = 22_050, channels: int = 1, kbps: int = 64, vbr: bool = False
) -> bytes:
    encoder = lameenc.Encoder()
    encoder.set_in_sample_rate(rate)
    encoder.set_channels(channels)
    encoder.set_quality(7)
    if vbr:
        encoder.set_vbr(4)
        encoder.set_vbr_quality(4.0)
    else:
        encoder.set_bit_rate(kbps)
    encoder.silence()
    return bytes(encoder.encode(a_sweep(ms, rate=rate, channels=channels)) + encoder.flush())


def an_id3_tag(size: int) -> bytes:
    return b"ID3\x04\x00\x00" + bytes(size >> shift & 127 for shift in (21, 14, 7, 0)) + bytes(size)


def pieces(data: bytes, size: int) -> Iterator[bytes]:
    for at in range(0, len(data), size):
        yield data[at : at + size]


def decoded(decoder: StreamDecoder, parts: Iterator[bytes]) -> bytes:
    """Return all the PCM of a stream that arrives in ``parts``."""
    out = b"".join([decoder.feed(part) for part in parts])
    return out + decoder.finish()


class Delivery:
    """Brings an MP3 into a stream from a thread, at ``speed`` times real time.

    ``first_pcm`` is when the first of it could be decoded, monotonic seconds.
    """

    def __init__(
        self, audio: bytes, *, kbps: int = 64, piece_ms: float = 20, speed: float = 1.2
    ) -> None:
        self.source = PcmStream()
        self.first_pcm: float | None = None
        self._pieces = list(pieces(audio, max(1, round(kbps * piece_ms / 8))))
        self._step = piece_ms / 1000 / speed
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def join(self) -> None:
        self._thread.join(30)

    def _run(self) -> None:
        decoder = Mp3Decoder()
        pause = threading.Event()
        due = time.monotonic()
        for piece in self._pieces:
            pause.wait(max(0.0, due - time.monotonic()))
            due += self._step
            new = decoder.feed(piece)
            if new and self.first_pcm is None:
                self.first_pcm = time.monotonic()
            if not self.source.append(new):
                return
        self.source.append(decoder.finish())
        self.source.finish()
