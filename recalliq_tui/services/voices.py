"""Which voice speaks a text, and the clip spec that follows from it."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from recalliq_tui.domain.clips import ClipSpec
from recalliq_tui.domain.reports import NO_FIXES, Fixes
from recalliq_tui.domain.voice import SpeechCode, VoiceRef, parse_voice
from recalliq_tui.speech import eleven_request as elevenlabs
from recalliq_tui.speech.errors import SpeechError
from recalliq_tui.speech.espeak import options as espeak
from recalliq_tui.speech.espeak.languages import voice_for_lang

if TYPE_CHECKING:
    from collections.abc import Mapping

ESPEAK: Final = "espeak"
AUTO_ORDER: Final = ("library", "elevenlabs", "openai", ESPEAK)
FREE_PROVIDERS: Final = frozenset({ESPEAK})
"""Providers that render without being asked, because nobody pays for them."""
LOCAL_VOICE: Final = VoiceRef(ESPEAK, "auto")
"""The local voice in whatever language the text has."""


class VoiceSource(StrEnum):
    """Who chose a voice; the first that has one wins."""

    CARD = "card"
    DECK = "deck"
    ENVIRONMENT = "environment"
    CONFIG = "config"
    AUTO = "auto"


@dataclass(frozen=True, slots=True)
class VoiceChoice:
    ref: VoiceRef
    source: VoiceSource

    @property
    def free(self) -> bool:
        return self.ref.provider in FREE_PROVIDERS


@dataclass(frozen=True, slots=True)
class Models:
    """The models of voices that name none: for live speech, for rendering, of a speech server."""

    live: str = elevenlabs.LIVE_MODEL
    render: str = elevenlabs.RENDER_MODEL
    server: str | None = None


@dataclass(frozen=True, slots=True)
class VoiceWishes:
    """What is known of voices outside cards and decks.

    ``environment`` and ``config`` are voices as written, or ``None``. ``configured`` maps each
    provider that has all it needs to its own default voice. ``provider`` narrows the automatic
    choice to one provider (``RECALLIQ_PROVIDER``); ``auto`` is any. ``wpm`` is the speed of the
    local voice in words a minute, ``None`` for its default. ``fixes`` are what was accepted for
    single sides after somebody reported how they sound. ``models`` are for :func:`spec_for`.
    """

    environment: str | None = None
    config: str | None = None
    configured: Mapping[str, VoiceRef] | None = None
    provider: str = "auto"
    wpm: int | None = None
    fixes: Fixes = field(default_factory=lambda: NO_FIXES)
    models: Models = field(default_factory=Models)


def choose_voice(
    wishes: VoiceWishes, *, card: str | None = None, deck: str | None = None
) -> VoiceChoice:
    """Return the voice for a card; ``not_configured`` where what is written can't be one."""
    for source, written in (
        (VoiceSource.CARD, card),
        (VoiceSource.DECK, deck),
        (VoiceSource.ENVIRONMENT, wishes.environment),
        (VoiceSource.CONFIG, wishes.config),
    ):
        if not written or written.strip() == "auto":
            continue
        ref = parse_voice(written)
        if ref is None:
            raise SpeechError(
                SpeechCode.NOT_CONFIGURED,
                f"the voice {written!r} of the {source.value} is not written provider:voice",
            )
        return VoiceChoice(ref, source)
    return VoiceChoice(_automatic(wishes), VoiceSource.AUTO)


def _automatic(wishes: VoiceWishes) -> VoiceRef:
    configured = {ESPEAK: LOCAL_VOICE, **(wishes.configured or {})}
    if wishes.provider != "auto":
        if wishes.provider not in configured:
            raise SpeechError(
                SpeechCode.NOT_CONFIGURED,
                f"the provider {wishes.provider!r} has no key or no voice yet",
            )
        return configured[wishes.provider]
    return next(configured[name] for name in AUTO_ORDER if name in configured)


def spec_for(
    text: str,
    *,
    voice: VoiceRef,
    lang: str | None = None,
    wpm: int | None = None,
    live: bool = False,
    models: Models | None = None,
) -> ClipSpec:
    """Return the spec of ``text`` said by ``voice``.

    ``text`` is what is said (speakable already); it is NFC and stripped in the spec. ``lang`` is
    a BCP 47 tag; the local voice ``espeak:auto`` follows it. ``wpm`` is for the local voice only.
    A voice that names no model gets the one of ``models`` for ``live`` speech or for rendering.
    """
    said = unicodedata.normalize("NFC", text).strip()
    models = models or Models()
    match voice.provider:
        case "espeak":
            return _espeak_spec(said, voice, lang=lang, wpm=wpm)
        case "elevenlabs":
            return ClipSpec(
                text=said,
                provider=voice.provider,
                voice=voice.voice,
                model=voice.model or (models.live if live else models.render),
                lang=lang,
                format=elevenlabs.FORMAT,
            )
        case _:
            return ClipSpec(
                text=said,
                provider=voice.provider,
                voice=voice.voice,
                model=voice.model or (models.server if voice.provider == "openai" else None),
                lang=lang,
                format="mp3",
            )


def _espeak_spec(text: str, ref: VoiceRef, *, lang: str | None, wpm: int | None) -> ClipSpec:
    # The language is in the voice already: the same words are the same clip in every deck.
    return ClipSpec(
        text=text,
        provider=ESPEAK,
        voice=voice_for_lang(lang) if ref.voice == LOCAL_VOICE.voice else ref.voice,
        model=espeak.MODEL,
        settings={"wpm": espeak.WPM if wpm is None else wpm},
        format=espeak.FORMAT,
    )
