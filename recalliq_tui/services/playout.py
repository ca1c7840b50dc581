"""Plays one clip to its end, for commands: no screen, no queue, one answer."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from recalliq_tui.audio.events import Cut, Ended, Failed, FirstFrame
from recalliq_tui.audio.playing import DeviceState

if TYPE_CHECKING:
    from collections.abc import Callable

    from recalliq_tui.audio.events import PlaybackEvent
    from recalliq_tui.audio.pcm import Pcm
    from recalliq_tui.audio.player import Player

_GRACE_S: Final = 20.0
"""How much longer than the clip a device may take before it counts as hung."""


@dataclass(frozen=True, slots=True)
class Played:
    """How it went. ``first_sound`` is on the clock given, ``code`` ``None`` when it was heard."""

    first_sound: float | None = None
    code: str | None = None
    message: str = ""


class Playout:
    """A device that is opened while the voice still speaks. Belongs to one event loop.

    ``make_player`` gets what is to be called with each event; ``clock`` is monotonic, in seconds.
    """

    def __init__(
        self,
        make_player: Callable[[Callable[[PlaybackEvent], None]], Player],
        *,
        clock: Callable[[], float],
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._events: asyncio.Queue[PlaybackEvent] = asyncio.Queue()
        self._born = clock()
        self._player = make_player(self._on_event)
        self._opening = asyncio.create_task(asyncio.to_thread(self._player.open))

    async def play(self, key: str, pcm: Pcm) -> Played:
        """Play a clip and wait until its last sample has sounded."""
        if await self._opening is not DeviceState.READY:
            return Played(code="no_device", message=self._player.state.message)
        self._player.play(key, pcm)
        first_sound: float | None = None
        try:
            async with asyncio.timeout(pcm.duration_ms / 1000 + _GRACE_S):
                while True:
                    match await self._events.get():
                        case FirstFrame(t_ms=at):
                            first_sound = self._born + at / 1000
                        case Ended():
                            return Played(first_sound)
                        case Failed(code=code, message=message):
                            return Played(first_sound, code.value, message)
                        case Cut(cause=cause):
                            return Played(first_sound, cause.value, "the sound was cut off")
                        case _:
                            pass
        except TimeoutError:
            return Played(first_sound, "device_lost", "the sound device doesn't answer")

    async def close(self) -> None:
        """Give the device back."""
        await asyncio.gather(self._opening, return_exceptions=True)
        await asyncio.to_thread(self._player.close)

    def _on_event(self, event: PlaybackEvent) -> None:
        """Called from the player's own thread."""
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._events.put_nowait, event)
