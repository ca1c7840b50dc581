from __future__ import annotations

import io
import math
import wave
from array import array

import lameenc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recalliq_tui.audio.decode import PcmCache, decode
from recalliq_tui.audio.errors import DecodeCode, DecodeError
from recalliq_tui.audio.pcm import Pcm, silence


def a_tone(ms: int, *, rate: int, channels: int) -> bytes:
    samples = array("h")
    for n in range(rate * ms // 1000):
        samples.extend([round(12_000 * math.sin(n * 440 * math.tau / rate))] * channels)
    return samples.tobytes()


def an_mp3(ms: int, *, rate: int = 22_050, channels: int = 1, kbps: int = 64) -> bytes:
    encoder = lameenc.Encoder()
    encoder.set_bit_rate(kbps)
    encoder.set_in_sample_rate(rate)
    encoder.set_channels(channels)
    encoder.set_quality(7)
    encoder.silence()
    return bytes(encoder.encode(a_tone(ms, rate=rate, channels=channels)) + encoder.flush())


@pytest.mark.parametrize(("rate", "channels"), [(16_000, 1), (22_050, 1), (44_100, 2), (48_000, 2)])
def test_every_usual_mp3_becomes_44100_hz_stereo(rate: int, channels: int) -> None:
    pcm = decode(an_mp3(500, rate=rate, channels=channels))
    assert abs(pcm.duration_ms - 500) < 120
    assert len(pcm.data) == pcm.frames * 4
    assert 0.2 < pcm.level(250) < 0.5


def test_wav_plays_too() -> None:
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setparams((2, 2, 44_100, 0, "NONE", "not compressed"))
        out.writeframes(a_tone(100, rate=44_100, channels=2))
    assert decode(file.getvalue()).data == a_tone(100, rate=44_100, channels=2)


@pytest.mark.parametrize("junk", [b"", b"<html>404</html>", b'{"detail": "quota"}', bytes(5_000)])
def test_what_is_no_audio_is_said_to_be_none(junk: bytes) -> None:
    with pytest.raises(DecodeError) as caught:
        decode(junk)
    assert caught.value.code is DecodeCode.NOT_AUDIO
    assert caught.value.recovery


def test_very_long_audio_is_refused_and_long_audio_is_not() -> None:
    long = an_mp3(70_000, rate=44_100, kbps=320)
    with pytest.raises(DecodeError) as caught:
        decode(long, max_minutes=0.5)
    assert caught.value.code is DecodeCode.TOO_LONG
    assert abs(decode(long).duration_ms - 70_000) < 200


def test_the_level_is_that_of_the_moment() -> None:
    pcm = Pcm(silence(200).data + array("h", [16_384] * 44_100).tobytes())
    assert pcm.level(0) == 0
    assert pcm.level(300) == 0.5
    assert pcm.level(100_000) == 0


def test_decoded_clips_are_kept_within_bounds() -> None:
    cache = PcmCache(max_bytes=10_000)
    for name in ("a", "b", "c"):
        cache.put(name, Pcm(bytes(4_000)))
    assert cache.get("a") is None
    assert cache.get("b") is not None
    cache.put("d", Pcm(bytes(4_000)))
    assert cache.get("c") is None, "b was used last"
    cache.put("huge", Pcm(bytes(20_000)))
    assert "huge" not in cache
    cache.discard("b")
    assert (len(cache), cache.size) == (1, 4_000)


@given(st.lists(st.tuples(st.sampled_from("abcd"), st.integers(0, 60)), max_size=40))
def test_the_count_of_bytes_is_right(puts: list[tuple[str, int]]) -> None:
    cache = PcmCache(max_bytes=100)
    for name, size in puts:
        cache.put(name, Pcm(bytes(size)))
        held = [pcm for n in "abcd" if (pcm := cache.get(n)) is not None]
        assert cache.size == sum(len(pcm.data) for pcm in held) <= 100
