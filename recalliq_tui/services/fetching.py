"""Fetches what is said live: from the cache, else from the voice, decoded while it comes."""

from __future__ import annotations

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing
from functools import partial
from typing import TYPE_CHECKING, Final, ParamSpec, TypeVar

from recalliq_tui.audio.errors import DecodeError
from recalliq_tui.audio.streaming import Mp3Decoder, PcmDecoder
from recalliq_tui.domain.voice import SpeechCode
from recalliq_tui.services.voices import FREE_PROVIDERS
from recalliq_tui.speech.errors import SpeechError
from recalliq_tui.speech.protocol import SpeechStream

if TYPE_CHECKING:
    from collections.abc import Callable

    from recalliq_tui.audio.streaming import StreamDecoder
    from recalliq_tui.domain.clips import ClipSpec
    from recalliq_tui.domain.ledger import Purpose
    from recalliq_tui.services.phrases import Phrases, SpecOf
    from recalliq_tui.services.utterance import Utterance
    from recalliq_tui.speech.protocol import Provider

    ProviderFor = Callable[[str, Purpose], Provider | None]

P = ParamSpec("P")
R = TypeVar("R")

_LOG: Final = logging.getLogger(__name__)


class Fetcher:
    """Fills utterances. Belongs to one event loop; what blocks runs on threads of its own.

    ``monotonic`` gives the times of first bytes, in seconds.
    """

    def __init__(
        self,
        phrases: Phrases,
        *,
        spec_of: SpecOf,
        provider_for: ProviderFor,
        monotonic: Callable[[], float],
    ) -> None:
        self._phrases = phrases
        self._spec_of = spec_of
        self._provider_for = provider_for
        self._monotonic = monotonic
        self._threads = ThreadPoolExecutor(3, thread_name_prefix="recalliq-live")
        self._coming: dict[str, asyncio.Event] = {}
        self._closed = False

    def close(self) -> None:
        """Take no more. What runs ends by itself."""
        self._closed = True
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def fetch(self, asked: Utterance, purpose: Purpose) -> None:
        """Bring an utterance's sound; what goes wrong is in its ``error``. Cancelling cancels."""
        try:
            spec = asked.spec
            if spec is None:
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
