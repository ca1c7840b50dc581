"""The live voice: what is heard, kept, paid for and given up."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from recalliq_tui.audio.cache import ClipCache
from recalliq_tui.audio.decode import decode
from recalliq_tui.audio.errors import CacheCode, CacheError
from recalliq_tui.audio.player import Player
from recalliq_tui.audio.sinks.choose import SinkPreference, choose_sink
from recalliq_tui.audio.sinks.recording import ManualClock, RecordingSink
from recalliq_tui.domain.ledger import Purpose
from recalliq_tui.domain.voice import SpeechCode
from recalliq_tui.services.fetching import decoder_for
from recalliq_tui.services.live import LiveVoice
from recalliq_tui.services.phrases import PAUSED, VOICE_ON, Phrases
from recalliq_tui.services.utterance import Ending
from recalliq_tui.speech.errors import SpeechError
from recalliq_tui.speech.espeak.provider import EspeakProvider
from tests.clock import Clock
from tests.services.stage import a_stage, until
from tests.services.voices import StreamingVoice, clip, spec_of
from tests.soundcard import SoundCard, require_real
from tests.speech.cases import espeak_spec

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from recalliq_tui.domain.clips import ClipSpec

TEXT = "You covered the mitochondria."


@pytest.fixture
def sound_card(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SoundCard]:
    """A sound card that this process plays to."""
    require_real()
    card = SoundCard(tmp_path / "card")
    for name, value in card.env.items():
        monkeypatch.setenv(name, value)
    card.start()
    yield card
    card.kill()


async def test_a_text_is_heard_while_it_arrives_and_kept(tmp_path: Path) -> None:
    async with a_stage(tmp_path, StreamingVoice(speed=4.0)) as stage:
        spoken = await stage.live.speak(TEXT, "en", Purpose.FEEDBACK)
        key = spec_of(TEXT, "en").key
        assert (spoken.ending, spoken.code, spoken.cached, spoken.kept) == (
            Ending.HEARD,
            None,
            False,
            True,
        )
        assert spoken.audio == clip(300)
        assert spoken.credits == len(TEXT) / 2
        assert spoken.first_byte is not None
        assert spoken.first_sound is not None
        assert 0 < spoken.first_byte - spoken.requested < spoken.first_sound - spoken.requested
        assert stage.told(key) == ["requested", "first_frame", "ended"]
        assert stage.purposes == [Purpose.FEEDBACK]
        kept = stage.clips.get(key)
        assert kept is not None
        assert kept.audio == clip(300)
        assert (kept.info.purpose, kept.info.request_id) == ("feedback", "r-0")
        status = stage.clips.status()
        assert (status.clips, status.phrases) == (0, 1)


async def test_the_same_sentence_is_never_paid_for_twice(tmp_path: Path) -> None:
    async with a_stage(tmp_path) as stage:
        await stage.live.speak(TEXT, "en")
        again = await stage.live.speak(TEXT, "en")
        assert stage.voice.asked == [TEXT]
        assert (again.ending, again.cached, again.credits) == (Ending.HEARD, True, 0.0)
        assert again.first_sound is not None
        assert again.first_byte is not None


async def test_asked_for_twice_at_once_it_is_paid_for_once(tmp_path: Path) -> None:
    async with a_stage(tmp_path) as stage:
        one, two = stage.live.request(TEXT), stage.live.request(TEXT)
        first, second = await one.fetched(), await two.fetched()
        assert stage.voice.asked == [TEXT]
        assert (first.cached, second.cached) == (False, True)
        assert first.audio == second.audio


async def test_when_the_first_of_two_is_given_up_the_second_asks_itself(tmp_path: Path) -> None:
    voice = StreamingVoice(gate=asyncio.Event(), before_gate=1)
    async with a_stage(tmp_path, voice) as stage:
        one, two = stage.live.request(TEXT), stage.live.request(TEXT)
        await until(lambda: voice.asked, "the request")
        one.cancel()
        assert voice.gate is not None
        voice.gate.set()
        assert (await one.fetched()).ending is Ending.CANCELLED
        assert (await two.fetched()).ending is Ending.HEARD
        assert voice.asked == [TEXT, TEXT]


@pytest.mark.parametrize("text", [VOICE_ON, PAUSED])
async def test_fixed_phrases_are_kept_for_good(tmp_path: Path, text: str) -> None:
    async with a_stage(tmp_path) as stage:
        assert (await stage.live.speak(text, "en")).kept
        assert stage.clips.status().clips == 1


async def test_a_caller_may_pin_a_phrase(tmp_path: Path) -> None:
    async with a_stage(tmp_path) as stage:
        await stage.live.speak(TEXT, "en", pinned=True)
        assert stage.clips.status().clips == 1


async def test_stopping_cancels_request_and_sound_at_once(tmp_path: Path) -> None:
    voice = StreamingVoice(gate=asyncio.Event(), before_gate=8)
    async with a_stage(tmp_path, voice) as stage:
        task = asyncio.create_task(stage.live.speak(TEXT, "en"))
        await until(lambda: "first_frame" in stage.told(spec_of(TEXT, "en").key), "sound")
        stage.live.stop()
        assert stage.player.state.key is None
        spoken = await task
        assert (spoken.ending, spoken.code) == (Ending.CANCELLED, "cancelled")
        await until(lambda: voice.gave_up == [TEXT], "the request to be closed")
        assert stage.clips.status().phrases == 0


async def test_another_clip_cancels_the_request(tmp_path: Path) -> None:
    voice = StreamingVoice(gate=asyncio.Event(), before_gate=8)
    async with a_stage(tmp_path, voice) as stage:
        task = asyncio.create_task(stage.live.speak(TEXT, "en"))
        await until(lambda: "first_frame" in stage.told(spec_of(TEXT, "en").key), "sound")
        stage.player.play("card", decode(clip(300)))
        assert (await task).ending is Ending.CANCELLED
        await until(lambda: voice.gave_up == [TEXT], "the request to be closed")
        assert stage.player.state.key == "card"


async def test_a_cancelled_caller_leaves_no_request_and_no_sound(tmp_path: Path) -> None:
    voice = StreamingVoice(gate=asyncio.Event(), before_gate=8)
    async with a_stage(tmp_path, voice) as stage:
        task = asyncio.create_task(stage.live.speak(TEXT, "en"))
        await until(lambda: voice.asked, "the request")
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await until(lambda: voice.gave_up == [TEXT], "the request to be closed")
        assert stage.player.state.key is None


async def test_what_has_come_whole_is_kept_though_nobody_listens(tmp_path: Path) -> None:
    async with a_stage(tmp_path, StreamingVoice(ms=2_000, speed=500)) as stage:
        asked = stage.live.request(TEXT, lang="en")
        await until(lambda: asked.received, "all of it")
        asked.cancel()
        await asked.fetched()
        assert stage.clips.status().phrases == 1


async def test_an_error_before_the_first_byte_is_a_value(tmp_path: Path) -> None:
    error = SpeechError(SpeechCode.QUOTA_EXCEEDED, "0 credits remaining", request_id="r")
    async with a_stage(tmp_path, StreamingVoice(errors={TEXT: (0, error)})) as stage:
        spoken = await stage.live.speak(TEXT, "en")
        assert (spoken.ending, spoken.code, spoken.error) == (
            Ending.FAILED,
            "quota_exceeded",
            error,
        )
        assert spoken.first_sound is None
        assert stage.voice.asked == [TEXT]
        assert stage.told(spec_of(TEXT, "en").key) == ["requested", "failed"]


async def test_a_cut_in_mid_stream_is_heard_as_far_as_it_came_and_not_kept(tmp_path: Path) -> None:
    error = SpeechError(SpeechCode.NETWORK_ERROR, "the connection was cut", received=1_600)
    async with a_stage(tmp_path, StreamingVoice(errors={TEXT: (10, error)})) as stage:
        spoken = await stage.live.speak(TEXT, "en")
        assert (spoken.ending, spoken.code) == (Ending.FAILED, "network_error")
        assert spoken.first_sound is not None
        assert 150 < spoken.duration_ms < 250
        assert stage.voice.asked == [TEXT]
        assert stage.clips.status().phrases == 0


@pytest.mark.parametrize("answer", [b"", b"<html><body>Please sign in</body></html>"])
async def test_an_answer_without_sound_is_a_provider_error(tmp_path: Path, answer: bytes) -> None:
    async with a_stage(tmp_path, StreamingVoice(answers={TEXT: answer})) as stage:
        spoken = await stage.live.speak(TEXT, "en")
        assert spoken.code == "provider_error"
        assert stage.clips.status().phrases == 0


async def test_a_stream_that_ends_within_a_frame_is_heard_and_not_kept(tmp_path: Path) -> None:
    async with a_stage(tmp_path, StreamingVoice(answers={TEXT: clip(300)[:-70]})) as stage:
        spoken = await stage.live.speak(TEXT, "en")
        assert (spoken.ending, spoken.kept) == (Ending.HEARD, False)
        assert stage.clips.status().phrases == 0


async def test_a_provider_that_is_not_set_up_is_said(tmp_path: Path) -> None:
    async with a_stage(tmp_path, StreamingVoice(name="other")) as stage:
        assert (await stage.live.speak(TEXT)).code == "not_configured"


async def test_a_fault_of_our_own_is_an_error_with_its_trace_logged(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with a_stage(tmp_path) as stage:
        stage.live._fetcher._phrases = None  # type: ignore[assignment]
        spoken = await stage.live.speak(TEXT)
        assert spoken.code == "provider_error"
        assert "Traceback" in caplog.text


async def test_a_text_that_has_no_spec_is_an_error(tmp_path: Path) -> None:
    async with a_stage(tmp_path) as stage:

        def refuse(_text: str, _lang: str | None) -> ClipSpec:
            raise SpeechError(SpeechCode.BAD_INPUT, "there is nothing to say")

        stage.live._fetcher._spec_of = refuse
        spoken = await stage.live.speak("")
        assert (spoken.code, spoken.spec) == ("bad_input", None)


async def test_nothing_is_asked_for_what_nobody_would_hear(tmp_path: Path) -> None:
    async with a_stage(tmp_path) as stage:
        stage.player.mute(muted=True)
        spoken = await stage.live.speak(TEXT)
        assert (spoken.ending, spoken.code) == (Ending.MUTED, "muted")
        assert stage.voice.asked == []
    clock = ManualClock()
    async with a_stage(tmp_path, sink=lambda: RecordingSink(clock, present=False)) as stage:
        assert (await stage.live.speak(TEXT)).code == "no_device"
        assert stage.voice.asked == []


async def test_muting_in_mid_stream_cancels(tmp_path: Path) -> None:
    voice = StreamingVoice(gate=asyncio.Event(), before_gate=8)
    async with a_stage(tmp_path, voice) as stage:
        task = asyncio.create_task(stage.live.speak(TEXT))
        await until(lambda: "first_frame" in stage.told(spec_of(TEXT, None).key), "sound")
        stage.player.mute(muted=True)
        assert (await task).ending is Ending.CANCELLED
        await until(lambda: voice.gave_up == [TEXT], "the request to be closed")


async def test_a_cache_that_is_full_still_doesn_t_pay_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_args: object, **_kwargs: object) -> None:
        raise CacheError(CacheCode.FULL, "no space left")

    async with a_stage(tmp_path) as stage:
        monkeypatch.setattr(stage.clips, "put", full)
        first = await stage.live.speak(TEXT)
        second = await stage.live.speak(TEXT)
        assert (first.ending, first.kept, second.cached) == (Ending.HEARD, False, True)
        assert stage.voice.asked == [TEXT]


async def test_after_the_end_nothing_is_left(tmp_path: Path) -> None:
    voice = StreamingVoice(gate=asyncio.Event())
    async with a_stage(tmp_path, voice) as stage:
        asked = stage.live.request(TEXT)
        await until(lambda: voice.asked, "the request")
        await stage.live.aclose()
        assert (await asked.fetched()).ending is Ending.CANCELLED
        assert voice.closed == [TEXT]
        assert (await stage.live.speak(TEXT)).ending is Ending.CANCELLED


@pytest.mark.parametrize(
    ("name", "kind"),
    [("mp3_44100_128", "Mp3Decoder"), ("mp3", "Mp3Decoder"), ("pcm_22050", "PcmDecoder")],
)
def test_the_format_says_how_to_decode(name: str, kind: str) -> None:
    assert type(decoder_for(name)).__name__ == kind


@pytest.mark.real_audio
async def test_the_local_voice_is_heard_bit_for_bit_as_it_streams(
    tmp_path: Path, sound_card: SoundCard
) -> None:
    clips = ClipCache.open(tmp_path / "clips")
    player = Player(lambda: choose_sink(SinkPreference.MINIAUDIO))
    player.open()
    provider = EspeakProvider()
    await provider.warm()
    live = LiveVoice(
        player,
        Phrases(clips, now=Clock()),
        spec_of=lambda text, _lang: espeak_spec(text),
        provider_for=lambda _name, _purpose: provider,
    )
    with sound_card.recording() as recording:
        spoken = await live.speak("Voice mode on")
        assert (spoken.ending, spoken.credits) == (Ending.HEARD, 0.0)
        recording.wait_for(decode(spoken.audio).data)
        again = await live.speak("Voice mode on")
        assert again.cached
    await live.aclose()
    player.close()
    await provider.aclose()
    clips.close()


def test_a_spec_in_another_voice_is_another_phrase(tmp_path: Path) -> None:
    clips = ClipCache.open(tmp_path / "clips")
    phrases = Phrases(clips, now=Clock())
    spec = spec_of(TEXT, "en")
    assert phrases.keep(spec, clip(300), duration_ms=300, purpose="live")
    assert phrases.get(spec) is not None
    assert phrases.get(replace(spec, voice="w")) is None
    clips.close()
