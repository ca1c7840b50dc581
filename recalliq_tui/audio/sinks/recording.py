"""A sink for tests and the lab: keeps what would have sounded, on a clock that is set by hand."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from recalliq_tui.audio.errors import SinkCode, SinkError
from recalliq_tui.audio.pcm import ms_to_bytes
from recalliq_tui.audio.sinks.protocol import SinkInfo

if TYPE_CHECKING:
    from recalliq_tui.audio.sinks.feed import Feed

_STEP_MS: Final = 10


class ManualClock:
    """A clock in seconds that moves only when told to."""

    def __init__(self, now: float = 0.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


@dataclass(slots=True)
class Take:
    """One start of the device: when, and the bytes it was given since (silence included)."""

    at: float
    heard: bytearray = field(default_factory=bytearray, repr=False)
    stopped_at: float | None = None


class RecordingSink:
    """Records each play. Sound passes only in :meth:`advance`; ``present`` pulls the plug."""

    def __init__(self, clock: ManualClock, *, present: bool = True) -> None:
        self.clock = clock
        self.present = present
        self.opened = 0
        self.takes: list[Take] = []
        self._feed: Feed | None = None
        self._lock = threading.RLock()

    def open(self) -> SinkInfo:
        with self._lock:
            if not self.present:
                raise SinkError(SinkCode.NO_DEVICE, "the recording sink is unplugged")
            self.opened += 1
            return self.describe()

    def start(self, feed: Feed) -> None:
        with self._lock:
            if not self.present:
                raise SinkError(SinkCode.DEVICE_LOST, "the recording sink is unplugged")
            self._feed = feed
            self.takes.append(Take(self.clock.now))
            self._pull(0)

    def stop(self) -> None:
        with self._lock:
            if self._feed is not None:
                self._feed = None
                self.takes[-1].stopped_at = self.clock.now

    def prepare(self) -> None:
        """Nothing to do."""

    def close(self) -> None:
        self.stop()

    def describe(self) -> SinkInfo:
        return SinkInfo("recording", "memory", "recording")

    @property
    def lost(self) -> bool:
        return not self.present and self._feed is not None

    @property
    def playing(self) -> bool:
        return self._feed is not None

    def advance(self, ms: int) -> None:
        """Let ``ms`` milliseconds pass, in steps of 10 as a device would."""
        done = 0
        while done < ms:
            step = min(_STEP_MS, ms - done)
            done += step
            with self._lock:
                self._pull(step)
                self.clock.now += step / 1000

    def _pull(self, ms: int) -> None:
        if self._feed is not None and self.present:
            self.takes[-1].heard += self._feed.take(ms_to_bytes(ms))
