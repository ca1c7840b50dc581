"""Delivers playback events in order, from a thread that is neither audio's nor the screen's."""

from __future__ import annotations

import logging
import queue
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from recalliq_tui.audio.events import PlaybackEvent

_log = logging.getLogger(__name__)


class Dispatcher:
    """A queue with a thread at its end. ``send`` never blocks."""

    def __init__(self, on_event: Callable[[PlaybackEvent], None]) -> None:
        self._on_event = on_event
        self._events: queue.SimpleQueue[PlaybackEvent | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="recalliq-audio-events", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def send(self, event: PlaybackEvent) -> None:
        self._events.put(event)

    def close(self, timeout: float) -> None:
        """Deliver what is queued, then end. Waits at most ``timeout`` seconds."""
        self._events.put(None)
        if self._thread.ident is not None and self._thread is not threading.current_thread():
            self._thread.join(timeout)

    def _run(self) -> None:
        while (event := self._events.get()) is not None:
            try:
                self._on_event(event)
            except Exception:  # noqa: BLE001  (the edge of a worker)
                _log.exception("an event of the player was not taken")
