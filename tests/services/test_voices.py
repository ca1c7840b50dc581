from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recalliq_tui.domain.voice import SpeechCode, VoiceRef
from recalliq_tui.services.voices import (
    LOCAL_VOICE,
    VoiceSource,
    VoiceWishes,
    choose_voice,
    spec_for,
)
from recalliq_tui.speech.errors import SpeechError

ELEVEN = VoiceRef("elevenlabs", "abc", "eleven_flash_v2_5")
WISHES = VoiceWishes(environment="espeak:en-us+f3", config="espeak:de")


@pytest.mark.parametrize(
    ("card", "deck", "wishes", "expected", "source"),
    [
        ("espeak:la", "espeak:es", WISHES, "espeak:la", VoiceSource.CARD),
        (None, "espeak:es", WISHES, "espeak:es", VoiceSource.DECK),
        (None, None, WISHES, "espeak:en-us+f3", VoiceSource.ENVIRONMENT),
        ("", "auto", VoiceWishes(config="espeak:de"), "espeak:de", VoiceSource.CONFIG),
        (None, None, VoiceWishes(), "espeak:auto", VoiceSource.AUTO),
        (
            None,
            None,
            VoiceWishes(configured={"elevenlabs": ELEVEN}),
            "elevenlabs:abc@eleven_flash_v2_5",
            VoiceSource.AUTO,
        ),
        (
            None,
            None,
            VoiceWishes(configured={"elevenlabs": ELEVEN}, provider="espeak"),
            "espeak:auto",
            VoiceSource.AUTO,
        ),
    ],
)
def test_the_nearest_wish_wins(
    card: str | None, deck: str | None, wishes: VoiceWishes, expected: str, source: VoiceSource
) -> None:
    choice = choose_voice(wishes, card=card, deck=deck)
    assert (str(choice.ref), choice.source) == (expected, source)


@pytest.mark.parametrize("written", ["espeak", "a b:c", "\x1b]52;c;x\x07:y", "ESPEAK:en"])
def test_a_voice_written_wrongly_is_never_swapped_for_another(written: str) -> None:
    with pytest.raises(SpeechError) as raised:
        choose_voice(VoiceWishes(config="espeak:de"), deck=written)
    assert raised.value.code is SpeechCode.NOT_CONFIGURED
    assert "deck" in raised.value.message
    assert "\x1b" not in raised.value.message


def test_a_provider_without_key_or_voice_says_so() -> None:
    with pytest.raises(SpeechError) as raised:
        choose_voice(VoiceWishes(provider="elevenlabs"))
    assert raised.value.code is SpeechCode.NOT_CONFIGURED


def test_the_local_voice_follows_the_language_and_shares_clips_among_decks() -> None:
    assert spec_for("Hola", voice=LOCAL_VOICE, lang="es-ES").voice == "es"
    assert spec_for("Hola", voice=LOCAL_VOICE, lang="es-MX").voice == "es-419"
    assert spec_for("Hello", voice=LOCAL_VOICE).voice == "en-us"
    british = spec_for("Hello", voice=LOCAL_VOICE, lang="en-GB")
    australian = spec_for("Hello", voice=LOCAL_VOICE, lang="en-AU")
    assert british.key == australian.key
    assert british.key != spec_for("Hello", voice=LOCAL_VOICE, lang="en-GB", wpm=120).key


@given(st.text(max_size=60), st.sampled_from([LOCAL_VOICE, ELEVEN, VoiceRef("openai", "x")]))
def test_equal_text_is_the_same_clip_however_it_is_composed(text: str, voice: VoiceRef) -> None:
    spec = spec_for(text, voice=voice, lang="en")
    again = spec_for(f"  {spec.text}\n", voice=voice, lang="en")
    assert spec.key == again.key
    assert spec.text == spec.text.strip()
