"""MP3s for servers to send: a tone of a given length."""

from __future__ import annotations

import math
from array import array
from functools import lru_cache
from typing import Final

HERTZ: Final = 330.0
LOUDNESS: Final = 8000
_TABLE: Final = 4096


@lru_cache(maxsize=64)
def tone(ms: int, *, rate: int = 44100, kbps: int = 128) -> bytes:
    """Return an MP3 of ``ms`` milliseconds; the same bytes for the same arguments."""
    import lameenc  # noqa: PLC0415

    encoder = lameenc.Encoder()
    encoder.silence()
    encoder.set_channels(1)
    encoder.set_in_sample_rate(rate)
    encoder.set_out_sample_rate(rate)
    encoder.set_bit_rate(kbps)
    encoder.set_quality(7)
    wave = [round(LOUDNESS * math.sin(2 * math.pi * i / _TABLE)) for i in range(_TABLE)]
    step = HERTZ * _TABLE / rate
    samples = array("h", (wave[int(i * step) % _TABLE] for i in range(rate * ms // 1000)))
    return bytes(encoder.encode(samples.tobytes())) + bytes(encoder.flush())


def speech_ms(text: str) -> int:
    """Return how long a text of that length would take to say: 65 ms a character, at least 600."""
    return min(max(600, 65 * len(text)), 60_000)
