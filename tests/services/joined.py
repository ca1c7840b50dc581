"""What speaking stands on, joined as the program joins it, for tests."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from recalliq_tui.config import Config
from recalliq_tui.paths import resolve_paths
from recalliq_tui.services.board import Board, CacheState
from recalliq_tui.services.calendar import Calendar
from recalliq_tui.services.clipwork import ClipWork
from recalliq_tui.services.feedback import Feedback
from recalliq_tui.services.joining import join_voices, make_live, voice_setups, wishes_of
from recalliq_tui.services.rendering import Renderer
from recalliq_tui.services.soundparts import SoundParts
from recalliq_tui.speech.http import Web

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from recalliq_tui.audio.player import Player
    from recalliq_tui.audio.reports import Clips
    from recalliq_tui.speech.protocol import Provider


def a_voice(
    local: Provider,
    clips: Clips,
    player: Player,
    *,
    board: Board,
    config: Config | None = None,
    cache_state: CacheState = CacheState.READY,
    clock: Callable[[], datetime] | None = None,
    offline: Callable[[], bool] = lambda: False,
) -> SoundParts:
    """Join a local voice and the paid ones of the environment over a cache and a player."""
    config = config or Config()
    calendar = Calendar(clock=clock) if clock is not None else Calendar()
    setups = voice_setups(config)
    wishes = wishes_of(config, setups)
    web = Web()
    voices = join_voices(
        local,
        config=config,
        paths=resolve_paths(),
        wishes=wishes,
        setups=setups,
        calendar=calendar,
        board=board,
        web=lambda: web,
    )
    work = ClipWork(clips, wishes)
    live = make_live(
        voices, player, clips, wishes=lambda: work.wishes, offline=offline, now=calendar
    )

    def renderer() -> Renderer:
        return Renderer(voices.renders, clips, now=calendar.now, monotonic=time.monotonic)

    return SoundParts(
        work=work,
        player=player,
        renderer=renderer(),
        cache_state=cache_state,
        voices=voices,
        deck_renderer=renderer(),
        live=live,
        feedback=Feedback(live),
    )


async def close(parts: SoundParts) -> None:
    """Close what :func:`a_voice` opened, in the program's order."""
    if parts.live is not None:
        await parts.live.aclose()
    await parts.voices.close()
    await parts.voices._web().aclose()
