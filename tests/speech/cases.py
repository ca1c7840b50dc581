"""The providers that the protocol tests run against, each with texts it can and can't say."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from recalliq_tui.domain.clips import ClipSpec
from recalliq_tui.speech.elevenlabs import ElevenLabsProvider
from recalliq_tui.speech.espeak.options import FORMAT, MODEL
from recalliq_tui.speech.espeak.provider import EspeakProvider
from recalliq_tui.speech.openai_compatible import OpenAICompatibleProvider
from recalliq_tui.speech.secrets import Secret
from tests.clock import NOON

if TYPE_CHECKING:
    from collections.abc import Callable

    from recalliq_tui.speech.protocol import Provider

SENTENCE = "The mitochondria is the powerhouse of the cell."
KEY = "sk_marked_0123456789"


def espeak_spec(text: str, *, voice: str = "en-us", **settings: object) -> ClipSpec:
    return ClipSpec(
        text=text, provider="espeak", voice=voice, model=MODEL, settings=settings, format=FORMAT
    )


def eleven_spec(text: str = SENTENCE, *, voice: str = "voiceA1", lang: str = "en") -> ClipSpec:
    return ClipSpec(text=text, provider="elevenlabs", voice=voice, lang=lang)


def openai_spec(text: str = SENTENCE, *, voice: str = "voiceA1") -> ClipSpec:
    return ClipSpec(text=text, provider="openai", voice=voice, model="kokoro", format="mp3")


def noon() -> datetime:
    return NOON.astimezone(UTC)


def eleven(base_url: str) -> ElevenLabsProvider:
    return ElevenLabsProvider(Secret(KEY), now=noon, base_url=base_url, timings=lambda _spec: True)


def openai(base_url: str) -> OpenAICompatibleProvider:
    return OpenAICompatibleProvider(Secret(KEY), base_url=base_url, model=None, now=noon)


@dataclass(frozen=True, slots=True)
class ProviderCase:
    """``make`` gives a provider of its own, at the address of a healthy server where
    ``needs_server``; ``good`` is a spec that it can say.
    """

    name: str
    make: Callable[[str], Provider]
    good: ClipSpec
    has_words: bool
    needs_server: bool = False

    @property
    def unknown_voice(self) -> ClipSpec:
        return replace(self.good, voice="no-such-voice")

    @property
    def blank(self) -> ClipSpec:
        return replace(self.good, text=" \n\t ")

    @property
    def unknown_format(self) -> ClipSpec:
        return replace(self.good, format="wax_cylinder")


CASES = (
    ProviderCase(
        name="espeak",
        make=lambda _url: EspeakProvider(),
        good=espeak_spec(SENTENCE),
        has_words=True,
    ),
    ProviderCase("elevenlabs", eleven, eleven_spec(), has_words=True, needs_server=True),
    ProviderCase("openai", openai, openai_spec(), has_words=False, needs_server=True),
)
