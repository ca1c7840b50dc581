"""The state of the player, as the screen reads it, and of the clip it plays."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from recalliq_tui.audio.events import PlaybackEvent
    from recalliq_tui.audio.pcm import Sound
    from recalliq_tui.audio.sinks.feed import Feed


class DeviceState(StrEnum):
    CHECKING = "checking"
    READY = "ready"
    NONE = "none"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class PlayerState:
    """A snapshot. ``label`` names the device (``PulseAudio``), ``message`` why there is none."""

    device: DeviceState = DeviceState.CHECKING
    label: str = ""
    message: str = ""
    key: str | None = None
    paused: bool = False
    muted: bool = False
    position_ms: float = 0.0
    duration_ms: int = 0

    @property
    def playing(self) -> bool:
        return self.key is not None and not self.paused


@dataclass(slots=True, eq=False)
class Play:
    """One request to play a clip, from the call to its end."""

    key: str
    pcm: Sound
    listener: Callable[[PlaybackEvent], None] | None = None
    feed: Feed | None = None
    offset_ms: float = 0.0
    paused: bool = False
    announced: bool = False
    started: threading.Event = field(default_factory=threading.Event)

    @property
    def waits(self) -> bool:
        """Whether nothing of it has arrived that could play."""
        return self.feed is None and not self.pcm.frames

    @property
    def position_ms(self) -> float:
        return self.offset_ms if self.feed is None else self.feed.position_ms()
