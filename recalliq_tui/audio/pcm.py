"""Decoded sound: interleaved 16-bit stereo at 44,100 Hz, the one format of every sink."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Protocol

RATE: Final = 44_100
CHANNELS: Final = 2
FRAME_BYTES: Final = 4
"""Bytes of one frame: two channels of 16 bits."""

_LEVEL_WINDOW_MS: Final = 50
_LEAD_MOST_MS: Final = 100
_LEVEL_STRIDE: Final = 16
_FULL_SCALE: Final = 32_768


class Sound(Protocol):
    """What a device can play: a decoded clip, or one that still arrives."""

    @property
    def frames(self) -> int:
        """How many are there; final once ``complete``."""
        ...

    @property
    def duration_ms(self) -> int: ...

    @property
    def complete(self) -> bool: ...

    def read(self, at: int, size: int) -> bytes:
        """Return at most ``size`` bytes from byte ``at`` on: what is there of them."""
        ...

    def wait_bytes(self, size: int, seconds: float) -> None:
        """Wait at most ``seconds`` until ``size`` bytes are there or no more will come."""
        ...

    def level(self, position_ms: float) -> float: ...


@dataclass(frozen=True, slots=True)
class Pcm:
    """A decoded clip. ``data`` holds whole frames in native byte order."""

    data: bytes = field(repr=False)

    @property
    def frames(self) -> int:
        return len(self.data) // FRAME_BYTES

    @property
    def duration_ms(self) -> int:
        return round(self.frames * 1000 / RATE)

    @property
    def complete(self) -> bool:
        return True

    @property
    def lead_ms(self) -> float:
        """Length of the utter silence that an encoder puts before the sound, at most 100 ms.

        0 for a clip that holds nothing else: what is silent on purpose is played.
        """
        head = self.data[: ms_to_bytes(_LEAD_MOST_MS)]
        frames = (len(head) - len(head.lstrip(b"\0"))) // FRAME_BYTES
        silent = frames * FRAME_BYTES == len(head)
        return 0.0 if silent else frames * 1000 / RATE

    def read(self, at: int, size: int) -> bytes:
        return self.data[at : at + size]

    def wait_bytes(self, size: int, seconds: float) -> None:
        """All of it is there."""

    def level(self, position_ms: float) -> float:
        """Return how loud the 50 ms at ``position_ms`` are, as a peak from 0.0 to 1.0."""
        start = ms_to_bytes(position_ms)
        window = self.data[start : start + ms_to_bytes(_LEVEL_WINDOW_MS)]
        samples = memoryview(window[: len(window) // 2 * 2]).cast("h")[::_LEVEL_STRIDE]
        return max((abs(s) for s in samples.tolist()), default=0) / _FULL_SCALE


def ms_to_bytes(ms: float) -> int:
    """Return the length of ``ms`` milliseconds in bytes, a whole number of frames."""
    return max(0, round(ms * RATE / 1000)) * FRAME_BYTES


def silence(ms: float) -> Pcm:
    return Pcm(bytes(ms_to_bytes(ms)))
