"""The providers that the protocol tests run against, each with texts it can and can't say."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from recalliq_tui.domain.clips import ClipSpec
from recalliq_tui.speech.espeak.options import FORMAT, MODEL
from recalliq_tui.speech.espeak.provider import EspeakProvider

if TYPE_CHECKING:
    from collections.abc import Callable

    from recalliq_tui.speech.protocol import Provider


def espeak_spec(text: str, *, voice: str = "en-us", **settings: object) -> ClipSpec:
    return ClipSpec(
        text=text, provider="espeak", voice=voice, model=MODEL, settings=settings, format=FORMAT
    )


@dataclass(frozen=True, slots=True)
class ProviderCase:
    """``make`` gives a provider of its own; ``good`` is a spec that it can say."""

    name: str
    make: Callable[[], Provider]
    good: ClipSpec
    has_words: bool

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
        make=EspeakProvider,
        good=espeak_spec("The mitochondria is the powerhouse of the cell."),
        has_words=True,
    ),
)
