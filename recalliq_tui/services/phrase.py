"""One phrase from text to audio: from the cache, else from the voice, and then kept there."""

from __future__ import annotations

import logging
from contextlib import aclosing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from recalliq_tui.audio.clip import ClipInfo
from recalliq_tui.audio.errors import CacheError
from recalliq_tui.audio.memory import MemoryCache
from recalliq_tui.decks.speakable import spoken_text
from recalliq_tui.domain.voice import SpeechCode
from recalliq_tui.services.voices import choose_voice, spec_for
from recalliq_tui.speech.errors import SpeechError
from recalliq_tui.speech.mp3 import duration_ms

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from recalliq_tui.audio.reports import Clips
    from recalliq_tui.domain.clips import ClipSpec
    from recalliq_tui.services.voices import VoiceWishes
    from recalliq_tui.speech.protocol import Provider

_LOG: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Phrase:
    """An utterance as MP3. ``first_byte`` is when its first byte was there, on ``monotonic``.

    ``kept`` is false where the cache on disk could not take it. ``credits`` is what this call cost.
    """

    spec: ClipSpec
    audio: bytes
    cached: bool
    kept: bool
    first_byte: float
    credits: float | None = 0.0


def phrase_spec(text: str, *, lang: str | None, wishes: VoiceWishes) -> ClipSpec:
    """Return the spec of any Markdown text in the configured voice.

    Raises :class:`SpeechError`: bad input where nothing can be said, or no voice.
    """
    said = spoken_text(text, lang=lang)
    if not said:
        raise SpeechError(SpeechCode.BAD_INPUT, "there is nothing to say in this text")
    return spec_for(said, voice=choose_voice(wishes).ref, lang=lang, wpm=wishes.wpm)


async def make_phrase(
    spec: ClipSpec,
    *,
    clips: Clips,
    providers: Mapping[str, Provider],
    now: Callable[[], datetime],
    monotonic: Callable[[], float],
) -> Phrase:
    """Take a phrase from the cache, else stream it from its voice and keep it, unpinned.

    Raises :class:`SpeechError`; a cache that can't take it only means that it isn't kept.
    """
    clip = clips.get(spec.key)
    if clip is not None:
        return Phrase(spec, clip.audio, cached=True, kept=True, first_byte=monotonic())
    provider = providers.get(spec.provider)
    if provider is None:
        raise SpeechError(
            SpeechCode.NOT_CONFIGURED, f"the voice provider {spec.provider} is not set up"
        )
    audio = bytearray()
    first_byte = 0.0
    async with aclosing(provider.stream(spec)) as pieces:
        async for piece in pieces:
            if not audio:
                first_byte = monotonic()
            audio += piece
    whole = bytes(audio)
    length = duration_ms(whole)
    if length == 0:
        raise SpeechError(SpeechCode.PROVIDER_ERROR, "the voice gave no audio")
    info = ClipInfo.of(
        spec,
        whole,
        created=now().isoformat(timespec="seconds").replace("+00:00", "Z"),
        purpose="say",
        duration_ms=length,
        credits=0.0,
    )
    kept = not isinstance(clips, MemoryCache)
    try:
        clips.put(spec.key, whole, info, pinned=False)
    except CacheError as error:
        _LOG.warning("the phrase could not be kept: %s", error)
        kept = False
    return Phrase(spec, whole, cached=False, kept=kept, first_byte=first_byte)
