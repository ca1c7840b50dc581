"""Plays one cached clip to its end, for commands. Loaded when something is to be heard."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

from recalliq_tui.audio.decode import decode
from recalliq_tui.audio.errors import DecodeError
from recalliq_tui.audio.player import Player
from recalliq_tui.audio.sinks.choose import SinkPreference, choose_sink
from recalliq_tui.services.playout import Played, Playout

if TYPE_CHECKING:
    from recalliq_tui.cli.common import Setup


def hear(ready: Setup, key: str, audio: bytes) -> Played:
    """Play an MP3; what goes wrong is in the answer."""
    return asyncio.run(_hear(ready, key, audio))


async def _hear(ready: Setup, key: str, audio: bytes) -> Played:
    try:
        pcm = await asyncio.to_thread(decode, audio)
    except DecodeError as error:
        return Played(code=error.code.value, message=error.message)
    preference = SinkPreference(ready.config.text("audio.sink"))
    playout = Playout(
        lambda on_event: Player(lambda: choose_sink(preference), on_event=on_event),
        clock=time.monotonic,
    )
    try:
        return await playout.play(key, pcm)
    finally:
        await playout.close()
