"""One play of one clip, as the device's callback takes it: slices of bytes and times, no more."""

from __future__ import annotations

import math
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from recalliq_tui.audio.pcm import FRAME_BYTES, RATE, ms_to_bytes

if TYPE_CHECKING:
    from collections.abc import Callable

    from recalliq_tui.audio.pcm import Sound

TAIL_MS: Final = 150
"""Silence after a clip's end before the device may stop, so that the last sounds aren't cut."""

REFILL_MS: Final = 250
"""How much must be there before a sound that ran dry goes on: one gap, not many."""


class Mark(StrEnum):
    FIRST = "first"
    END = "end"
    DRY = "dry"
    """What arrives didn't come in time: silence until there is enough again."""
    FLOWING = "flowing"


class Feed:
    """Hands a clip's PCM to a device and notes when.

    ``on_mark(feed, mark)`` is called in the audio thread, so it may only put something on a
    queue. Times are of ``clock``, in seconds.
    """

    __slots__ = (
        "_at", "_base", "_clock", "_cut", "_dry", "_on_mark", "done_at", "first_at", "last_at",
        "pcm", "underruns",
    )  # fmt: skip

    def __init__(
        self,
        pcm: Sound,
        *,
        clock: Callable[[], float],
        on_mark: Callable[[Feed, Mark], None],
        from_ms: float = 0,
    ) -> None:
        self.pcm = pcm
        self._clock = clock
        self._on_mark = on_mark
        self._at = min(ms_to_bytes(from_ms), pcm.frames * FRAME_BYTES)
        self._base = 0.0
        self._cut = False
        self._dry = False
        self.first_at: float | None = None
        self.last_at: float | None = None
        self.done_at: float | None = None
        self.underruns = 0

    @property
    def lead_ms(self) -> float:
        """How much sound is there to be taken, in milliseconds; infinite when all of it is."""
        if self.pcm.complete:
            return math.inf
        return (self.pcm.frames * FRAME_BYTES - self._at) * 1000 / (FRAME_BYTES * RATE)

    def await_bytes(self, size: int, seconds: float) -> None:
        """Give sound that is just arriving ``seconds`` more. For devices that can wait."""
        if not (self._cut or self._dry):
            self.pcm.wait_bytes(self._at + size, seconds)

    def take(self, size: int) -> bytes:
        """Return the next ``size`` bytes, silence after the end. For the device's callback."""
        now = self._clock()
        self.last_at = now
        if self._cut:
            return bytes(size)
        complete = self.pcm.complete
        if self._dry and not self._refilled(complete=complete, now=now):
            return bytes(size)
        at = self._at
        played = at / (FRAME_BYTES * RATE)
        if self.first_at is None:
            self.first_at = now
            self._base = now - played
            self._on_mark(self, Mark.FIRST)
        elif self.done_at is None and now - self._base > played:
            self._base = now - played
            self.underruns += 1
        chunk = self.pcm.read(at, size)
        self._at = at + len(chunk)
        if len(chunk) == size:
            return chunk
        if not complete:
            self._dry = True
            self.underruns += 1
            self._on_mark(self, Mark.DRY)
        elif self.done_at is None:
            self.done_at = now
            self._on_mark(self, Mark.END)
        return chunk + bytes(size - len(chunk))

    def _refilled(self, *, complete: bool, now: float) -> bool:
        there = self.pcm.frames * FRAME_BYTES - self._at
        if not complete and there < ms_to_bytes(REFILL_MS):
            return False
        self._dry = False
        self._base = now - self._at / (FRAME_BYTES * RATE)
        self._on_mark(self, Mark.FLOWING)
        return True

    def cut(self) -> None:
        """Give silence from now on, however long the device takes to stop."""
        self._cut = True

    @property
    def audible_end(self) -> float | None:
        """When the last sample sounds, known once all of it was handed over."""
        if self.done_at is None:
            return None
        return max(self.done_at, self._base + self.pcm.frames / RATE)

    def position_ms(self) -> float:
        """How far into the clip the ear is, from the clock; gaps in the supply are counted out."""
        if self.first_at is None:
            return self._at * 1000 / (FRAME_BYTES * RATE)
        return max(0.0, min((self._clock() - self._base) * 1000, self.pcm.frames * 1000 / RATE))
