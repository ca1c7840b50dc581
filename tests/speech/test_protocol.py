"""What every provider does, whichever it is."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from typing import TYPE_CHECKING

import miniaudio
import pytest

from recalliq_tui.domain.voice import SpeechCode
from recalliq_tui.speech.errors import SpeechError
from recalliq_tui.speech.mp3 import duration_ms

if TYPE_CHECKING:
    from recalliq_tui.speech.protocol import Provider
    from tests.speech.cases import ProviderCase


def decoded_ms(audio: bytes) -> float:
    sound = miniaudio.decode(audio, nchannels=1, sample_rate=22050)
    return float(sound.num_frames / 22.05)


async def test_a_render_decodes_to_the_announced_length(
    provider: Provider, case: ProviderCase
) -> None:
    clip = await provider.render(case.good)
    assert abs(decoded_ms(clip.audio) - clip.duration_ms) <= 2
    assert clip.duration_ms > 500
    assert clip.characters == len(case.good.text)


async def test_words_are_in_order_and_inside_the_clip(
    provider: Provider, case: ProviderCase
) -> None:
    if not case.has_words:
        pytest.skip("this provider gives no word times")
    clip = await provider.render(case.good)
    assert [case.good.text[w.char_from : w.char_to] for w in clip.words] == case.good.text.split()
    times = [t for w in clip.words for t in (w.ms_from, w.ms_to)]
    assert times == sorted(times)
    assert times[0] >= 0
    assert times[-1] <= clip.duration_ms


async def test_a_stream_is_a_playable_clip(provider: Provider, case: ProviderCase) -> None:
    pieces = [piece async for piece in provider.stream(case.good)]
    assert len(pieces) > 1
    assert all(pieces)
    assert abs(decoded_ms(b"".join(pieces)) - duration_ms(b"".join(pieces))) <= 2


async def test_a_stream_that_is_left_leaves_the_provider_usable(
    provider: Provider, case: ProviderCase
) -> None:
    async with aclosing(provider.stream(case.good)) as pieces:
        async for _piece in pieces:
            break
    assert (await provider.render(case.good)).audio


async def test_many_at_once_all_arrive(provider: Provider, case: ProviderCase) -> None:
    clips = await asyncio.gather(*(provider.render(case.good) for _ in range(8)))
    assert all(clip.duration_ms > 500 for clip in clips)


async def test_an_unknown_voice_says_so(provider: Provider, case: ProviderCase) -> None:
    with pytest.raises(SpeechError) as raised:
        await provider.render(case.unknown_voice)
    assert raised.value.code is SpeechCode.VOICE_UNAVAILABLE


@pytest.mark.parametrize("which", ["blank", "unknown_format"])
async def test_what_can_never_work_is_bad_input(
    provider: Provider, case: ProviderCase, which: str
) -> None:
    with pytest.raises(SpeechError) as raised:
        await provider.render(getattr(case, which))
    assert raised.value.code is SpeechCode.BAD_INPUT


async def test_an_error_of_a_stream_comes_before_any_audio(
    provider: Provider, case: ProviderCase
) -> None:
    with pytest.raises(SpeechError):
        await anext(provider.stream(case.unknown_voice))


async def test_it_lists_voices(provider: Provider, case: ProviderCase) -> None:
    voices = await provider.voices()
    assert case.good.voice in {voice.id for voice in voices}
    assert len({voice.id for voice in voices}) == len(voices)


async def test_closing_twice_is_harmless_and_closed_is_closed(
    provider: Provider, case: ProviderCase
) -> None:
    await provider.render(case.good)
    await provider.aclose()
    await provider.aclose()
    with pytest.raises(SpeechError):
        await provider.render(case.good)
