"""What speaking stands on once it is open, and what it says of the sound that plays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from recalliq_tui.audio.player import Player
    from recalliq_tui.services.board import CacheState
    from recalliq_tui.services.clipwork import ClipWork
    from recalliq_tui.services.feedback import Feedback
    from recalliq_tui.services.live import LiveVoice
    from recalliq_tui.services.rendering import Renderer
    from recalliq_tui.services.voicebox import VoiceBox


@dataclass(frozen=True, slots=True)
class Meter:
    """What plays now: place, length and the level around the place, each from 0 to 1."""

    position_ms: int
    duration_ms: int
    levels: tuple[float, ...]
    paused: bool


@dataclass(frozen=True, slots=True)
class SoundParts:
    """What speaking needs, once it is open."""

    work: ClipWork
    player: Player
    renderer: Renderer
    cache_state: CacheState
    voices: VoiceBox
    deck_renderer: Renderer
    """Renders a deck that was asked for, beside what is rendered by itself."""
    live: LiveVoice | None = None
    feedback: Feedback | None = None
    """Says what is new each time; ``None`` where nothing live can be said."""
