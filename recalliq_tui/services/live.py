"""The live voice: a text is asked for, and heard while it arrives. Belongs to one event loop."""

from __future__ import annotations

import asyncio
import logging
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing
from functools import partial
from typing import TYPE_CHECKING, Final, ParamSpec, TypeVar

from recalliq_tui.audio.errors import DecodeError
from recalliq_tui.audio.events import Cut, Ended, FailCode, Failed, FirstFrame
from recalliq_tui.audio.playing import DeviceState
from recalliq_tui.audio.streaming import Mp3Decoder, PcmDecoder
from recalliq_tui.domain.ledger import Purpose
from recalliq_tui.domain.voice import SpeechCode
from recalliq_tui.services.phrases import FIXED
from recalliq_tui.services.utterance import Ending, Spoken, Utterance
from recalliq_tui.services.voices import FREE_PROVIDERS
from recalliq_tui.speech.errors import SpeechError
from recalliq_tui.speech.protocol import SpeechStream

if TYPE_CHECKING:
    from collections.abc import Callable

    from recalliq_tui.audio.events import PlaybackEvent
    from recalliq_tui.audio.player import Player
    from recalliq_tui.audio.streaming import StreamDecoder
    from recalliq_tui.domain.clips import ClipSpec
    from recalliq_tui.services.phrases import Phrases, SpecOf
    from recalliq_tui.speech.protocol import Provider

    ProviderFor = Callable[[str, Purpose], Provider | None]

P = ParamSpec("P")
R = TypeVar("R")

_LOG: Final = logging.getLogger(__name__)
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
        self._phrases = phrases
        self._spec_of = spec_of
        self._provider_for = provider_for
        self._monotonic = monotonic
        self._threads = ThreadPoolExecutor(3, thread_name_prefix="recalliq-live")
        self._open: set[Utterance] = set()
        self._coming: dict[str, asyncio.Event] = {}
        self._closed = False

    # --- asking ----------------------------------------------------------------------------

    def request(
        self,
        text: str,
        *,
        lang: str | None = None,
        purpose: Purpose = Purpose.LIVE,
        pinned: bool = False,
    ) -> Utterance:
        """Ask for a text now; it waits for :meth:`play`, or is given up by ``cancel``.

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
        )
        self._open.add(asked)
        asked.task = loop.create_task(self._fetch(asked, purpose), name="live voice")
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
    ) -> Spoken:
        """Ask for a text and play it while it arrives; return when it was heard or ended.

        Where nothing can be heard nothing is asked for. Cancelling cancels request and sound.
        """
        refused = self.refusal()
        if refused is not None:
            return Spoken(refused, message=self._player.state.message, requested=self._monotonic())
        return await self.play(self.request(text, lang=lang, purpose=purpose, pinned=pinned))

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
        self._closed = True
        self.stop()
        tasks = [asked.task for asked in self._open if asked.task is not None]
        await asyncio.gather(*tasks, return_exceptions=True)
        self._threads.shutdown(wait=False, cancel_futures=True)

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

    # --- fetching --------------------------------------------------------------------------

    async def _fetch(self, asked: Utterance, purpose: Purpose) -> None:
        try:
            spec = asked.spec = await self._run(self._spec_of, asked.text, asked.lang)
            asked.named.set()
            await self._take_turn(asked, spec, purpose)
        except SpeechError as error:
            asked.error = error
            asked.source.fail(error.message)
        except asyncio.CancelledError:
            asked.source.fail("cancelled")
            raise
        except Exception as error:  # noqa: BLE001  (the edge of a worker)
            _LOG.exception("the live voice stumbled")
            asked.error = SpeechError(SpeechCode.PROVIDER_ERROR, f"the live voice failed: {error}")
            asked.source.fail(asked.error.message)
        finally:
            asked.named.set()

    async def _take_turn(self, asked: Utterance, spec: ClipSpec, purpose: Purpose) -> None:
        """Take it from the cache, else ask, one request at a time for the same clip."""
        while (coming := self._coming.get(spec.key)) is not None:
            await coming.wait()
        done = self._coming[spec.key] = asyncio.Event()
        try:
            found = await self._run(self._phrases.get, spec)
            if found is not None:
                asked.cached = asked.kept = asked.received = True
                asked.first_byte = self._monotonic()
                asked.audio = found[0]
                asked.source.append(found[1].data)
                asked.source.finish()
                return
            await self._stream(asked, spec, purpose)
        finally:
            del self._coming[spec.key]
            done.set()

    async def _stream(self, asked: Utterance, spec: ClipSpec, purpose: Purpose) -> None:
        provider = self._provider_for(spec.provider, purpose)
        if provider is None:
            raise SpeechError(
                SpeechCode.NOT_CONFIGURED, f"the voice provider {spec.provider} is not set up"
            )
        decoder = decoder_for(spec.format)
        audio = bytearray()
        asked.credits = 0.0 if spec.provider in FREE_PROVIDERS else None
        pieces = provider.stream(spec)
        receipt = pieces.receipt if isinstance(pieces, SpeechStream) else None
        try:
            async with aclosing(pieces):
                async for piece in pieces:
                    if not piece:
                        continue
                    if asked.first_byte is None:
                        asked.first_byte = self._monotonic()
                    audio += piece
                    await self._run(_take, decoder, asked, piece)
            asked.received = True
            await self._run(_end, decoder, asked)
        except DecodeError as error:
            raise SpeechError(SpeechCode.PROVIDER_ERROR, error.message) from error
        finally:
            asked.audio = bytes(audio)
            if receipt is not None and receipt.credits is not None:
                asked.credits = receipt.credits
        if decoder.whole and spec.format.startswith("mp3"):
            asked.kept = await self._run(
                partial(
                    self._phrases.keep,
                    spec,
                    asked.audio,
                    duration_ms=asked.source.duration_ms,
                    purpose=asked.purpose,
                    pinned=asked.pinned,
                    credits=asked.credits,
                    request_id=receipt.request_id if receipt is not None else None,
                )
            )
        elif not decoder.whole:
            _LOG.warning("phrase %s ended within a frame: it isn't kept", spec.key[:16])

    async def _run(self, call: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
        """Run what blocks on a thread of our own: others may be busy with the disk."""
        if self._closed:
            raise asyncio.CancelledError
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, partial(call, *args, **kwargs))


_ENDINGS: Final = {
    FailCode.MUTED: Ending.MUTED,
    FailCode.NO_DEVICE: Ending.NO_DEVICE,
    FailCode.DEVICE_LOST: Ending.DEVICE_LOST,
    FailCode.NO_SOUND: Ending.FAILED,
    FailCode.BROKEN: Ending.FAILED,
}


def decoder_for(name: str) -> StreamDecoder:
    """Return the decoder of a clip format: ``mp3_44100_128``, ``pcm_24000``, ``mp3``."""
    kind, _, rate = name.partition("_")
    if kind == "pcm":
        return PcmDecoder(int(rate) if rate.isdigit() else 24_000)
    return Mp3Decoder()


def _take(decoder: StreamDecoder, asked: Utterance, piece: bytes) -> None:
    asked.source.append(decoder.feed(piece))


def _end(decoder: StreamDecoder, asked: Utterance) -> None:
    asked.source.append(decoder.finish())
    asked.source.finish()
