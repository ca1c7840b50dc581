"""Sinks that need no device: a silent one in real time, and one that records on a hand-set clock."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Final

from recalliq_tui.audio.pcm import ms_to_bytes
from recalliq_tui.audio.sinks.protocol import SinkInfo

if TYPE_CHECKING:
    from recalliq_tui.audio.sinks.feed import Feed

_STEP_MS: Final = 50


class NullSink:
    """Takes each clip at the speed of real time and throws it away."""

    def __init__(self, *, step_ms: int = _STEP_MS) -> None:
        self._step_ms = step_ms
        self._stop: threading.Event | None = None

    def open(self) -> SinkInfo:
        return self.describe()

    def start(self, feed: Feed) -> None:
        self.stop()
        stop = self._stop = threading.Event()
        threading.Thread(
            target=self._run, args=(feed, stop), name="recalliq-null-sink", daemon=True
        ).start()

    def stop(self) -> None:
        if self._stop is not None:
            self._stop.set()
            self._stop = None

    def prepare(self) -> None:
        """Nothing to do."""

    def close(self) -> None:
        self.stop()

    def describe(self) -> SinkInfo:
        return SinkInfo("null", "none", "silent")

    @property
    def lost(self) -> bool:
        return False

    def _run(self, feed: Feed, stop: threading.Event) -> None:
        size = ms_to_bytes(self._step_ms)
        due = time.monotonic()
        while not stop.is_set():
            feed.take(size)
            due += self._step_ms / 1000
            stop.wait(max(0.0, due - time.monotonic()))
