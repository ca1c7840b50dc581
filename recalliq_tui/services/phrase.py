"""Which clip any text is, in the voice that is set."""

from __future__ import annotations

from typing import TYPE_CHECKING

from recalliq_tui.decks.speakable import spoken_text
from recalliq_tui.domain.voice import SpeechCode
from recalliq_tui.services.voices import choose_voice, spec_for
from recalliq_tui.speech.errors import SpeechError

if TYPE_CHECKING:
    from recalliq_tui.domain.clips import ClipSpec
    from recalliq_tui.domain.voice import VoiceRef
    from recalliq_tui.services.voices import VoiceWishes


def phrase_spec(
    text: str, *, lang: str | None, wishes: VoiceWishes, voice: VoiceRef | None = None
) -> ClipSpec:
    """Return the spec of any Markdown text, to be said live in the configured voice or another.

    Raises :class:`SpeechError`: bad input where nothing can be said, or no voice.
    """
    said = spoken_text(text, lang=lang)
    if not said:
        raise SpeechError(SpeechCode.BAD_INPUT, "there is nothing to say in this text")
    return spec_for(
        said,
        voice=voice or choose_voice(wishes).ref,
        lang=lang,
        wpm=wishes.wpm,
        live=True,
        models=wishes.models,
    )
