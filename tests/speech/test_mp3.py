from __future__ import annotations

import lameenc
import miniaudio
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recalliq_tui.lab.servers.tone import tone
from recalliq_tui.speech.mp3 import duration_ms, is_cut


def encode(*, rate: int, kbps: int, samples: int) -> bytes:
    encoder = lameenc.Encoder()
    encoder.silence()
    encoder.set_channels(1)
    encoder.set_in_sample_rate(rate)
    encoder.set_out_sample_rate(rate)
    encoder.set_bit_rate(kbps)
    encoder.set_quality(7)
    return bytes(encoder.encode(b"\x10\x20" * samples)) + bytes(encoder.flush())


@pytest.mark.parametrize("rate", [16000, 22050, 24000, 44100, 48000])
@pytest.mark.parametrize("kbps", [32, 64, 128])
@pytest.mark.parametrize("samples", [500, 10_000, 50_001])
def test_it_agrees_with_the_decoder(rate: int, kbps: int, samples: int) -> None:
    audio = encode(rate=rate, kbps=kbps, samples=samples)
    sound = miniaudio.decode(audio, nchannels=1, sample_rate=rate)
    assert abs(duration_ms(audio) - sound.num_frames * 1000 / rate) <= 1


def test_a_tag_in_front_is_skipped() -> None:
    audio = encode(rate=22050, kbps=64, samples=22050)
    tag = b"ID3\x04\x00\x00\x00\x00\x01\x00" + b"\xff\xfb\x90\x00" * 32
    assert duration_ms(tag + audio) == duration_ms(audio)


@given(st.binary(max_size=300))
def test_other_bytes_give_a_number_and_no_exception(data: bytes) -> None:
    assert duration_ms(data) >= 0


def test_a_clip_that_ends_inside_a_frame_was_cut() -> None:
    audio = tone(600)
    assert not is_cut(audio)
    assert is_cut(audio[:-10])
    assert not is_cut(audio + b"TAG" + b"\x00" * 125)
    assert not is_cut(b"")
