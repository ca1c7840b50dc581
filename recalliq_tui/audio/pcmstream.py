"""PCM that grows while it plays, and how much of it must be there first."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Final

from recalliq_tui.audio.pcm import FRAME_BYTES, RATE, Pcm, ms_to_bytes

if TYPE_CHECKING:
    from collections.abc import Callable

LEAD_S: Final = 0.042
LEAD_MS: Final = 450
"""Sound begins so long after its first bytes, or as soon as so much of it is there.

At 1.2 times its own speed 50 ms have arrived after 42 ms, less one MP3 frame of 26 ms that is not
whole yet: what the device takes at its start. From then on the lead only grows. A larger lead
buys a larger buffer in the device (``live_buffer_ms``), so fast servers are waited for as well.
"""


class PcmStream:
    """PCM that grows: one thread appends, the device reads. Never blocks for long.

    ``broken`` says why it ended before its end. ``cut`` is called when nobody listens any more;
    the writer learns it from ``append`` or ``on_cut``.
    """

    def __init__(self, *, on_cut: Callable[[], None] | None = None) -> None:
        self._data = bytearray()
        self._grown = threading.Condition()
        self._complete = False
        self._on_cut = on_cut
        self._on_ready: Callable[[], None] | None = None
        self._first: float | None = None
        self.broken: str | None = None
        self.is_cut = False

    # --- for the writer ------------------------------------------------------------------------

    def append(self, pcm: bytes) -> bool:
        """Add whole frames; ``False`` when nobody listens any more."""
        if not pcm:
            return not self.is_cut
        with self._grown:
            self._data += pcm
            if self._first is None:
                self._first = time.monotonic()
            self._grown.notify_all()
        self._announce()
        return not self.is_cut

    def finish(self) -> None:
        """All of it is here."""
        self._end(None)

    def fail(self, message: str) -> None:
        """No more will come, though there should: what is here plays, then the clip fails."""
        self._end(message)

    # --- for the player ------------------------------------------------------------------------

    def when_ready(self, call: Callable[[], None]) -> None:
        """Have ``call`` called once, from whatever thread, when there is sound or an end."""
        with self._grown:
            self._on_ready = call
        if self._first is not None or self._complete:
            self._announce()

    def wait_lead(self, ms: float, *, seconds: float) -> None:
        """Wait until ``ms`` are there, all is, or ``seconds`` have passed since the first."""
        until = (self._first or time.monotonic()) + seconds
        size = ms_to_bytes(ms)
        with self._grown:
            self._grown.wait_for(
                lambda: self._complete or self.is_cut or len(self._data) >= size,
                max(0.0, until - time.monotonic()),
            )

    def wait_bytes(self, size: int, seconds: float) -> None:
        """Wait at most ``seconds`` until ``size`` bytes are there. For the device's thread."""
        if self._complete or len(self._data) >= size:
            return
        with self._grown:
            self._grown.wait_for(
                lambda: self._complete or self.is_cut or len(self._data) >= size, seconds
            )

    def cut(self) -> None:
        """Nobody listens any more."""
        with self._grown:
            if self.is_cut:
                return
            self.is_cut = True
            self._grown.notify_all()
        if self._on_cut is not None:
            self._on_cut()

    # --- as a sound ----------------------------------------------------------------------------

    @property
    def complete(self) -> bool:
        return self._complete

    @property
    def frames(self) -> int:
        """How many frames have arrived."""
        return len(self._data) // FRAME_BYTES

    @property
    def duration_ms(self) -> int:
        """How much has arrived."""
        return round(self.frames * 1000 / RATE)

    def read(self, at: int, size: int) -> bytes:
        return bytes(self._data[at : at + size])

    def level(self, position_ms: float) -> float:
        """Return how loud the 50 ms at ``position_ms`` are, as a peak from 0.0 to 1.0."""
        return Pcm(self.read(ms_to_bytes(position_ms), ms_to_bytes(50))).level(0)

    def whole(self) -> Pcm:
        """All that has arrived, as a clip."""
        return Pcm(bytes(self._data))

    def _end(self, broken: str | None) -> None:
        with self._grown:
            if self._complete:
                return
            self.broken = broken
            self._complete = True
            self._grown.notify_all()
        self._announce()

    def _announce(self) -> None:
        with self._grown:
            call, self._on_ready = self._on_ready, None
        if call is not None:
            call()
