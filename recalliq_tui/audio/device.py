"""Owns the sink: opens, starts, stops, notices its loss and finds it again.

Everything here runs in the player's one audio thread.
"""

from __future__ import annotations

import logging
import threading
import time
from typing import TYPE_CHECKING, Final

from recalliq_tui.audio.errors import SinkError

if TYPE_CHECKING:
    from collections.abc import Callable

    from recalliq_tui.audio.sinks.feed import Feed
    from recalliq_tui.audio.sinks.protocol import AudioSink, SinkInfo

_log = logging.getLogger(__name__)

SILENT_S: Final = 0.75
"""A device that asked for no sound for so long is gone; they ask every 200 ms."""

LATE_S: Final = 0.4
"""When this thread itself wakes so late, the process was stopped, and the device isn't to blame."""

FIRST_RETRY_S: Final = 0.25
LAST_RETRY_S: Final = 5.0
_CLOSE_S: Final = 0.5
HUNG_S: Final = 1.0


class Device:
    """A sink that may come and go. Times are of ``clock``, except for retries (real time)."""

    def __init__(self, factory: Callable[[], AudioSink], clock: Callable[[], float]) -> None:
        self._factory = factory
        self._clock = clock
        self._sink: AudioSink | None = None
        self._feed: Feed | None = None
        self._since = 0.0
        self._looked = 0.0
        self._retry_s = FIRST_RETRY_S
        self._busy_since: float | None = None
        self.retry_at: float | None = None

    @property
    def live(self) -> bool:
        """Whether the device runs, be it with a clip's tail of silence."""
        return self._feed is not None

    @property
    def feed(self) -> Feed | None:
        return self._feed

    @property
    def hung(self) -> bool:
        """Whether a native call hasn't come back for a second. Readable from any thread."""
        since = self._busy_since
        return since is not None and time.monotonic() - since > HUNG_S

    def open(self) -> SinkInfo:
        """Open the sink if it isn't. Raises ``SinkError`` and plans the next try."""
        if self._sink is None:
            sink = self._factory()
            try:
                self._busy_since = time.monotonic()
                info = sink.open()
            except SinkError:
                self.retry_at = time.monotonic() + self._retry_s
                self._retry_s = min(self._retry_s * 2, LAST_RETRY_S)
                raise
            finally:
                self._busy_since = None
            self._sink, self.retry_at, self._retry_s = sink, None, FIRST_RETRY_S
            return info
        return self._sink.describe()

    def start(self, make_feed: Callable[[], Feed]) -> None:
        """Play a feed, with one try on a new sink when the old one turns out to be dead.

        The dead one may have taken frames already, so that each try has a feed of its own.
        """
        self.open()
        try:
            self._start(make_feed())
        except SinkError as error:
            _log.warning("the sound device had to be opened again: %s", error)
            self.discard()
            self.open()
            self._start(make_feed())

    def stop(self) -> None:
        """Fall silent and get ready for the next start. Raises ``SinkError``."""
        if self._sink is None or self._feed is None:
            return
        self._feed = None
        try:
            self._busy_since = time.monotonic()
            self._sink.stop()
            self._sink.prepare()
        finally:
            self._busy_since = None

    def is_lost(self) -> bool:
        """Say whether the running device is gone; to be asked about every 100 ms."""
        now = self._clock()
        looked, self._looked = self._looked, now
        if self._sink is None or self._feed is None:
            return False
        if self._sink.lost:
            return True
        if now - looked > LATE_S:
            self._since = now
        return now - max(self._since, self._feed.last_at or 0.0) > SILENT_S

    def discard(self) -> None:
        """Let go of the sink, without waiting for one that doesn't answer."""
        sink, self._sink, self._feed = self._sink, None, None
        if sink is None:
            return
        closing = threading.Thread(target=sink.close, name="recalliq-audio-close", daemon=True)
        closing.start()
        closing.join(_CLOSE_S)

    def plan_retry(self) -> None:
        self.retry_at = time.monotonic() + self._retry_s

    def _start(self, feed: Feed) -> None:
        sink = self._sink
        if sink is None:  # open() has just set it
            return
        try:
            self._busy_since = time.monotonic()
            sink.start(feed)
        finally:
            self._busy_since = None
        self._feed = feed
        self._since = self._looked = self._clock()
