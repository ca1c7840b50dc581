"""Delivers playback events in order, from a thread that is neither audio's nor the screen's."""

from __future__ import annotations

import logging
import queue
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from recalliq_tui.audio.events import PlaybackEvent

    Listener = Callable[[PlaybackEvent], None]
    _Item = tuple[PlaybackEvent, Listener | None]

_log = logging.getLogger(__name__)


class Dispatcher:
    """A queue with a thread at its end. ``send`` never blocks."""

    def __init__(self, on_event: Listener) -> None:
        self._on_event = on_event
        self._events: queue.SimpleQueue[_Item | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="recalliq-audio-events", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def send(self, event: PlaybackEvent, listener: Listener | None = None) -> None:
        """Deliver ``event`` to everybody, then to ``listener``."""
        self._events.put((event, listener))

    def close(self, timeout: float) -> None:
        """Deliver what is queued, then end. Waits at most ``timeout`` seconds."""
        self._events.put(None)
        if self._thread.ident is not None and self._thread is not threading.current_thread():
            self._thread.join(timeout)

    def _run(self) -> None:
        while (item := self._events.get()) is not None:
            event, listener = item
            for hear in (self._on_event, listener):
                if hear is None:
                    continue
                try:
                    hear(event)
                except Exception:  # noqa: BLE001  (the edge of a worker)
                    _log.exception("an event of the player was not taken")
