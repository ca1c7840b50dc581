"""The one value that every screen's strip shows: voice, audio device, cache, characters."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from recalliq_tui.domain.voice import VoiceHealth, VoiceState

if TYPE_CHECKING:
    from collections.abc import Callable


class DeviceState(StrEnum):
    CHECKING = "checking"
    READY = "ready"
    NONE = "none"
    LOST = "lost"


class CacheState(StrEnum):
    CHECKING = "checking"
    READY = "ready"
    READ_ONLY = "read_only"
    FULL = "full"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Rendering:
    """Background rendering: clips done of those asked for; ``left_s`` once it can be told."""

    done: int
    total: int
    per_second: float = 0.0
    left_s: float | None = None
    failed: int = 0


@dataclass(frozen=True, slots=True)
class Status:
    """What is so now. ``clips_have`` of ``clips_need`` are of the decks in sight."""

    voice: VoiceHealth = field(default_factory=lambda: VoiceHealth(VoiceState.CHECKING))
    device: DeviceState = DeviceState.CHECKING
    device_label: str = ""
    muted: bool = False
    cache: CacheState = CacheState.CHECKING
    clips_have: int = 0
    clips_need: int = 0
    rendering: Rendering | None = None
    paid_characters: int = 0
    paid_cap: int = 0
    """Characters a month that paid voices may have; 0 is no limit."""
    offline_voice: bool = False
    """The local voice may stand in, labelled, for one that can't speak."""
    read_only: bool = False


class Board:
    """Holds the current :class:`Status` and tells listeners of changes, from any thread."""

    def __init__(self) -> None:
        self._status = Status()
        self._lock = threading.Lock()
        self._listeners: list[Callable[[Status], None]] = []

    @property
    def status(self) -> Status:
        return self._status

    def update(self, **changes: Any) -> None:
        """Replace fields of the status; listeners hear of it only when something changed."""
        with self._lock:
            new = replace(self._status, **changes)
            if new == self._status:
                return
            self._status = new
            listeners = tuple(self._listeners)
        for listener in listeners:
            listener(new)

    def listen(self, listener: Callable[[Status], None]) -> Callable[[], None]:
        """Call ``listener`` at each change, on the thread that made it; returns how to stop."""
        with self._lock:
            self._listeners.append(listener)

        def stop() -> None:
            with self._lock:
                if listener in self._listeners:
                    self._listeners.remove(listener)

        return stop
