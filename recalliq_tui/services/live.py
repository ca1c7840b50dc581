"""The live voice: a text is asked for, and heard while it arrives. Belongs to one event loop."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Final

from recalliq_tui.audio.events import Cut, Ended, FailCode, Failed, FirstFrame
from recalliq_tui.audio.playing import DeviceState
from recalliq_tui.domain.ledger import Purpose
from recalliq_tui.services.fetching import Fetcher
from recalliq_tui.services.phrases import FIXED
from recalliq_tui.services.utterance import Ending, Spoken, Utterance

if TYPE_CHECKING:
    from collections.abc import Callable

    from recalliq_tui.audio.events import PlaybackEvent
    from recalliq_tui.audio.player import Player
    from recalliq_tui.domain.clips import ClipSpec
    from recalliq_tui.services.fetching import ProviderFor
    from recalliq_tui.services.phrases import Phrases, SpecOf

_GRACE_S: Final = 20.0
"""How much longer than its sound a device may take before it counts as hung."""


class LiveVoice:
    """Says what no clip is there for: from the cache if it was said before, else as it comes.

    ``spec_of`` makes the clip spec of a text in a language and raises :class:`SpeechError` where
    it can't. ``provider_for`` gives the provider of a name for a purpose, metered and gated.
    ``monotonic`` must be the player's clock. Errors of the voice are values in :class:`Spoken`.
    """

    def __init__(
        self,
        player: Player,
        phrases: Phrases,
        *,
        spec_of: SpecOf,
        provider_for: ProviderFor,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._player = player
        self._monotonic = monotonic
        self._fetcher = Fetcher(
            phrases, spec_of=spec_of, provider_for=provider_for, monotonic=monotonic
        )
        self._open: set[Utterance] = set()

    # --- asking ----------------------------------------------------------------------------

    def request(
        self,
        text: str,
        *,
        lang: str | None = None,
        purpose: Purpose = Purpose.LIVE,
        pinned: bool = False,
        spec: ClipSpec | None = None,
    ) -> Utterance:
        """Ask for a text now; it waits for :meth:`play`, or is given up by ``cancel``.

        ``spec`` says which clip it is, where that is known: that of a card's side.
        Fixed phrases are pinned by themselves. Nothing is asked of a provider while another
        request for the same clip is under way.
        """
        loop = asyncio.get_running_loop()
        asked = Utterance(
            text,
            lang,
            purpose.value,
            pinned or text in FIXED,
            requested=self._monotonic(),
            loop=loop,
            spec=spec,
        )
        self._open.add(asked)
        asked.task = loop.create_task(self._fetcher.fetch(asked, purpose), name="live voice")
        asked.task.add_done_callback(lambda _task: self._open.discard(asked))
        return asked

    def refusal(self) -> Ending | None:
        """Why nothing could be heard now: then nothing should be asked for either."""
        state = self._player.state
        if state.muted:
            return Ending.MUTED
        if state.device is DeviceState.NONE:
            return Ending.NO_DEVICE
        return Ending.DEVICE_LOST if state.device is DeviceState.LOST else None

    # --- hearing ---------------------------------------------------------------------------

    async def speak(
        self,
        text: str,
        lang: str | None = None,
        purpose: Purpose = Purpose.LIVE,
        *,
        pinned: bool = False,
        spec: ClipSpec | None = None,
    ) -> Spoken:
        """Ask for a text and play it while it arrives; return when it was heard or ended.

        Where nothing can be heard nothing is asked for. Cancelling cancels request and sound.
        """
        refused = self.refusal()
        if refused is not None:
            return Spoken(refused, message=self._player.state.message, requested=self._monotonic())
        asked = self.request(text, lang=lang, purpose=purpose, pinned=pinned, spec=spec)
        return await self.play(asked)

    async def play(self, asked: Utterance, *, on_sound: Callable[[], None] | None = None) -> Spoken:
        """Play what was asked for, from now on and while it arrives, to its end.

        ``on_sound`` is called when it begins to sound.
        """
        try:
            await asked.named.wait()
            if asked.spec is None or asked.source.is_cut:
                return await asked.fetched() if asked.error else asked.result(Ending.CANCELLED)
            return await self._play(asked, asked.spec, on_sound or (lambda: None))
        finally:
            self._player.stop_stream(asked.source)
            asked.cancel()

    def stop(self) -> None:
        """Cancel all requests and their sound at once."""
        for asked in tuple(self._open):
            self._player.stop_stream(asked.source)
            asked.cancel()

    async def aclose(self) -> None:
        """Cancel everything and end the threads."""
        self.stop()
        tasks = [asked.task for asked in self._open if asked.task is not None]
        await asyncio.gather(*tasks, return_exceptions=True)
        self._fetcher.close()

    async def _play(self, asked: Utterance, spec: ClipSpec, on_sound: Callable[[], None]) -> Spoken:
        events: asyncio.Queue[PlaybackEvent] = asyncio.Queue()
        loop = asked.loop

        def listen(event: PlaybackEvent) -> None:
            if not loop.is_closed():
                loop.call_soon_threadsafe(events.put_nowait, event)

        self._player.play_stream(spec.key, asked.source, listener=listen)
        first: float | None = None
        while True:
            event = await self._next(events, asked)
            match event:
                case None:
                    return asked.result(
                        Ending.DEVICE_LOST,
                        first_sound=first,
                        message="the sound device doesn't answer",
                    )
                case FirstFrame():
                    first = self._player.seconds(event)
                    on_sound()
                case Ended():
                    await asked.fetched()
                    return asked.result(Ending.HEARD, first_sound=first)
                case Cut():
                    return asked.result(Ending.CANCELLED, first_sound=first)
                case Failed(code=code, message=message):
                    if asked.task is not None and code in {FailCode.BROKEN, FailCode.NO_SOUND}:
                        await asked.fetched()
                    return asked.result(_ENDINGS[code], first_sound=first, message=message)
                case _:
                    pass

    async def _next(
        self, events: asyncio.Queue[PlaybackEvent], asked: Utterance
    ) -> PlaybackEvent | None:
        """Wait for the next event; ``None`` when the device has gone silent for good."""
        coming = asyncio.ensure_future(events.get())
        try:
            while not coming.done():
                limit = asked.source.duration_ms / 1000 + _GRACE_S
                await asyncio.wait((coming,), timeout=limit)
                if not coming.done() and (asked.task is None or asked.task.done()):
                    return None
            return coming.result()
        finally:
            coming.cancel()


_ENDINGS: Final = {
    FailCode.MUTED: Ending.MUTED,
    FailCode.NO_DEVICE: Ending.NO_DEVICE,
    FailCode.DEVICE_LOST: Ending.DEVICE_LOST,
    FailCode.NO_SOUND: Ending.FAILED,
    FailCode.BROKEN: Ending.FAILED,
}
