"""Decoding what arrives, and the PCM that grows."""

from __future__ import annotations

import contextlib
import io
import threading
import time
import wave
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recalliq_tui.audio.decode import decode
from recalliq_tui.audio.errors import DecodeCode, DecodeError
from recalliq_tui.audio.pcm import Pcm, ms_to_bytes
from recalliq_tui.audio.pcmstream import PcmStream
from recalliq_tui.audio.sinks.feed import REFILL_MS, Feed, Mark
from recalliq_tui.audio.sinks.miniaudio_sink import live_buffer_ms
from recalliq_tui.audio.sinks.recording import ManualClock
from recalliq_tui.audio.streaming import Mp3Decoder, PcmDecoder
from tests.audio.arriving import a_sweep, an_id3_tag, an_mp3, decoded, pieces
from tests.soundcard import constant

if TYPE_CHECKING:
    from collections.abc import Callable

KINDS = {
    "mono 22 kHz": lambda: an_mp3(400),
    "stereo 44 kHz": lambda: an_mp3(400, rate=44_100, channels=2, kbps=128),
    "low rate": lambda: an_mp3(400, rate=16_000, kbps=32),
    "vbr": lambda: an_mp3(400, rate=44_100, vbr=True),
    "id3": lambda: an_id3_tag(3_000) + an_mp3(400),
    "two tags": lambda: an_id3_tag(20) + an_id3_tag(300) + an_mp3(400),
    "junk": lambda: b"\xff\xfb\x00junk\xff\xf3" * 40 + an_mp3(400, rate=24_000, kbps=48),
    "trailing tag": lambda: an_mp3(400) + b"TAG" + bytes(125),
    "two in a row": lambda: an_mp3(200) + an_mp3(200),
}


@cache
def audio_of(kind: str) -> bytes:
    return KINDS[kind]()


@cache
def sound_of(kind: str) -> bytes:
    return decode(audio_of(kind)).data


def cut_up(data: bytes, cuts: list[int]) -> list[bytes]:
    at = [0, *sorted({cut % (len(data) + 1) for cut in cuts}), len(data)]
    return [data[a:b] for a, b in pairwise(at)]


@pytest.mark.parametrize("kind", KINDS)
@given(cuts=st.lists(st.integers(0, 1 << 20), max_size=12))
@settings(max_examples=20, deadline=None)
def test_any_split_of_the_bytes_gives_the_same_sound(kind: str, cuts: list[int]) -> None:
    decoder = Mp3Decoder()
    heard = decoded(decoder, iter(cut_up(audio_of(kind), cuts)))
    assert heard == sound_of(kind)
    assert decoder.whole


@pytest.mark.parametrize("size", [1, 7, 300])
def test_small_pieces_give_the_same_sound(size: int) -> None:
    assert decoded(Mp3Decoder(), pieces(audio_of("junk"), size)) == sound_of("junk")


@pytest.mark.parametrize("kind", ["mono 22 kHz", "id3", "junk"])
def test_there_is_sound_as_soon_as_there_is_a_frame(kind: str) -> None:
    decoder = Mp3Decoder()
    audio = audio_of(kind)
    begins = audio.find(an_mp3(400, rate=24_000, kbps=48)[:4] if kind == "junk" else b"\xff\xf3")
    heard = [len(decoder.feed(audio[at : at + 1])) for at in range(len(audio))]
    first = next(at for at, length in enumerate(heard) if length)
    assert begins <= first < begins + 450
    assert sum(heard) > 0.7 * len(sound_of(kind))


def test_what_is_ahead_of_the_ear_stays_small_though_decoding_is_rare() -> None:
    audio = an_mp3(6_000)
    decoder = Mp3Decoder()
    had, steps = 0, 0
    for at in range(0, len(audio), 100):
        new = len(decoder.feed(audio[at : at + 100]))
        steps += bool(new)
        had += new
        arrived = ms_to_bytes(at / 8)
        assert had > arrived * 0.92 - ms_to_bytes(120)
    assert steps < 90


@given(data=st.binary(max_size=3_000), cuts=st.lists(st.integers(0, 3_000), max_size=5))
def test_noise_is_an_error_or_sound_but_never_a_fault(data: bytes, cuts: list[int]) -> None:
    heard = b""
    with contextlib.suppress(DecodeError):
        heard = decoded(Mp3Decoder(), iter(cut_up(data, cuts)))
    assert len(heard) % 4 == 0


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"\xef\xbb\xbf <!DOCTYPE html><title>Sign in</title>",
        b'{"detail": {"status": "quota_exceeded"}}',
        b"upstream connect error",
        bytes(5_000),
    ],
)
def test_an_answer_that_is_no_audio_is_an_error(answer: bytes) -> None:
    with pytest.raises(DecodeError) as caught:
        decoded(Mp3Decoder(), pieces(answer, 9))
    assert caught.value.code is DecodeCode.NOT_AUDIO


def test_a_page_is_refused_before_all_of_it_has_come() -> None:
    decoder = Mp3Decoder()
    with pytest.raises(DecodeError):
        decoder.feed(b"<html><head><title>Captive portal</title>")


def test_noise_without_end_is_refused() -> None:
    noise = b"\x01\x02\x03\x04" * 25_600
    decoder = Mp3Decoder()
    assert not decoder.feed(noise[:50_000])
    with pytest.raises(DecodeError):
        decoder.feed(noise[50_000:])


def test_a_stream_without_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("recalliq_tui.audio.streaming.MAX_BYTES", 2_000)
    with pytest.raises(DecodeError) as caught:
        decoded(Mp3Decoder(), pieces(audio_of("mono 22 kHz"), 500))
    assert caught.value.code is DecodeCode.TOO_LONG


@pytest.mark.parametrize("lost", [1, 50, 180])
def test_a_cut_stream_plays_what_came_and_is_not_whole(lost: int) -> None:
    decoder = Mp3Decoder()
    heard = decoded(decoder, pieces(audio_of("mono 22 kHz")[:-lost], 100))
    assert sound_of("mono 22 kHz").startswith(heard)
    assert heard
    assert not decoder.whole


def test_a_wave_file_is_decoded_when_it_is_whole() -> None:
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(22_050)
        out.writeframes(a_sweep(200, rate=22_050))
    heard = decoded(Mp3Decoder(), pieces(file.getvalue(), 1_000))
    assert heard == decode(file.getvalue()).data


@given(
    rate=st.sampled_from([16_000, 22_050, 24_000, 44_100, 48_000]),
    channels=st.sampled_from([1, 2]),
    cuts=st.lists(st.integers(0, 1 << 20), max_size=12),
)
@settings(max_examples=40, deadline=None)
def test_raw_pcm_needs_no_decoder_and_any_split_is_the_same(
    rate: int, channels: int, cuts: list[int]
) -> None:
    raw = a_sweep(120, rate=rate, channels=channels)
    heard = decoded(PcmDecoder(rate, channels), iter(cut_up(raw, cuts)))
    assert heard == decoded(PcmDecoder(rate, channels), iter([raw]))
    assert abs(Pcm(heard).duration_ms - 120) <= 1


def test_raw_pcm_of_nothing_is_an_error_and_half_a_sample_is_not_whole() -> None:
    with pytest.raises(DecodeError):
        PcmDecoder(24_000).finish()
    with pytest.raises(DecodeError):
        PcmDecoder(24_000, 6)
    decoder = PcmDecoder(24_000)
    decoder.feed(bytes(1_001))
    decoder.finish()
    assert not decoder.whole


def test_a_stream_announces_its_first_sound_once() -> None:
    source, calls = PcmStream(), []
    source.when_ready(lambda: calls.append(source.frames))
    source.append(b"")
    assert calls == []
    source.append(constant(1, 10))
    source.append(constant(1, 10))
    source.finish()
    assert calls == [441]
    assert (source.duration_ms, source.complete, source.broken) == (20, True, None)
    assert source.whole().data == constant(1, 20)


def test_a_stream_that_ends_announces_that_too() -> None:
    source, calls = PcmStream(), []
    source.fail("the connection was cut")
    source.finish()
    source.when_ready(lambda: calls.append(source.broken))
    assert calls == ["the connection was cut"]


@pytest.mark.parametrize(
    "release",
    [
        lambda source: source.append(constant(1, 500)),
        lambda source: source.finish(),
        lambda source: source.cut(),
    ],
)
def test_waiting_for_a_lead_ends_as_soon_as_it_can(release: Callable[[PcmStream], object]) -> None:
    source = PcmStream()
    source.append(constant(1, 10))
    timer = threading.Timer(0.01, release, (source,))
    begun = time.monotonic()
    timer.start()
    source.wait_lead(450, seconds=20)
    assert time.monotonic() - begun < 5
    timer.join()


def test_waiting_for_a_lead_counts_from_the_first_sound() -> None:
    source = PcmStream()
    source.append(constant(1, 10))
    source.wait_lead(450, seconds=0.01)
    begun = time.monotonic()
    source.wait_lead(450, seconds=0.01)
    assert time.monotonic() - begun < 0.01


def test_who_appends_learns_that_nobody_listens() -> None:
    told: list[bool] = []
    source = PcmStream(on_cut=lambda: told.append(True))
    assert source.append(constant(1, 10))
    source.cut()
    source.cut()
    assert not source.append(constant(1, 10))
    assert told == [True]


def test_sound_that_runs_dry_is_silence_until_there_is_enough_again() -> None:
    source, clock, marks = PcmStream(), ManualClock(), []
    feed = Feed(source, clock=clock, on_mark=lambda _f, mark: marks.append(mark))

    def take(ms: int) -> bytes:
        chunk = feed.take(ms_to_bytes(ms))
        clock.now += ms / 1000
        return chunk

    source.append(constant(1, 30))
    assert take(20) == constant(1, 20)
    assert take(20) == constant(1, 10) + bytes(ms_to_bytes(10))
    source.append(constant(2, REFILL_MS - 10))
    assert not any(take(20))
    source.append(constant(2, 10))
    assert take(20) == constant(2, 20)
    assert feed.position_ms() == pytest.approx(50, abs=1)
    source.finish()
    rest = take(300)
    assert rest == constant(2, REFILL_MS - 20) + bytes(ms_to_bytes(320 - REFILL_MS))
    assert marks == [Mark.FIRST, Mark.DRY, Mark.FLOWING, Mark.END]
    assert feed.underruns == 1
    assert feed.audible_end == pytest.approx(0.06 + REFILL_MS / 1000, abs=0.002)


def test_a_dry_sound_that_ends_goes_on_with_what_is_there() -> None:
    source = PcmStream()
    feed = Feed(source, clock=ManualClock(), on_mark=lambda _f, _m: None)
    source.append(constant(1, 10))
    feed.take(ms_to_bytes(20))
    source.append(constant(2, 5))
    source.finish()
    assert feed.take(ms_to_bytes(10)).rstrip(b"\0") == constant(2, 5).rstrip(b"\0")


def test_the_device_s_buffer_follows_the_lead() -> None:
    source = PcmStream()
    feed = Feed(source, clock=ManualClock(), on_mark=lambda _f, _m: None)
    source.append(constant(1, 100))
    assert feed.lead_ms == pytest.approx(100)
    assert live_buffer_ms(feed.lead_ms) == 24
    assert [live_buffer_ms(ms) for ms in (0, 450, 900, 2_000)] == [24, 50, 100, 200]
    source.finish()
    assert live_buffer_ms(feed.lead_ms) == 200
