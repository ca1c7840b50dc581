"""A live voice with a real cache, a player that makes no sound, and a voice of a test's making."""

from __future__ import annotations

import asyncio
import time
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from recalliq_tui.audio.cache import ClipCache
from recalliq_tui.audio.player import Player
from recalliq_tui.audio.sinks.null import NullSink
from recalliq_tui.domain.ledger import Purpose
from recalliq_tui.services.live import LiveVoice
from recalliq_tui.services.phrases import Phrases
from tests.clock import Clock
from tests.services.voices import StreamingVoice, spec_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from recalliq_tui.audio.events import PlaybackEvent
    from recalliq_tui.audio.sinks.protocol import AudioSink


@dataclass
class Stage:
    live: LiveVoice
    player: Player
    clips: ClipCache
    voice: StreamingVoice
    events: list[PlaybackEvent]
    purposes: list[Purpose]

    def told(self, key: str) -> list[str]:
        """The names of a clip's events."""
        return [event.ev for event in self.events if getattr(event, "key", None) == key]


async def until(condition: Callable[[], object], what: str) -> None:
    """Let the loop run until ``condition`` holds, or fail naming ``what`` was waited for."""
    ends = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < ends, f"waited for {what}"
        await asyncio.sleep(0.002)


@asynccontextmanager
async def a_stage(
    folder: Path,
    voice: StreamingVoice | None = None,
    *,
    sink: Callable[[], AudioSink] = lambda: NullSink(step_ms=5),
) -> AsyncIterator[Stage]:
    used = voice or StreamingVoice()
    events: list[PlaybackEvent] = []
    purposes: list[Purpose] = []
    clips = ClipCache.open(folder / "clips")
    player = Player(sink, on_event=events.append)
    player.open()

    def provider_for(name: str, purpose: Purpose) -> StreamingVoice | None:
        purposes.append(purpose)
        return used if name == used.name else None

    live = LiveVoice(
        player, Phrases(clips, now=Clock()), spec_of=spec_of, provider_for=provider_for
    )
    try:
        yield Stage(live, player, clips, used, events, purposes)
    finally:
        await live.aclose()
        player.close()
        clips.close()
