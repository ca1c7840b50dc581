"""The silence that an encoder puts before a clip is not waited for."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from recalliq_tui.audio.pcm import Pcm, ms_to_bytes, silence
from recalliq_tui.audio.player import Player
from recalliq_tui.audio.sinks.recording import ManualClock, RecordingSink
from tests.soundcard import constant, wait_for


@given(st.integers(0, 99), st.integers(1, 300))
def test_the_lead_is_the_silence_before_the_first_sound(quiet_ms: int, sound_ms: int) -> None:
    pcm = Pcm(silence(quiet_ms).data + constant(7, sound_ms))
    assert ms_to_bytes(pcm.lead_ms) == ms_to_bytes(quiet_ms)


@given(st.integers(0, 400))
def test_what_is_silent_on_purpose_has_no_lead(ms: int) -> None:
    assert silence(ms).lead_ms == 0
    assert Pcm(silence(100 + ms).data + constant(7, 100)).lead_ms == 0


def test_a_clip_is_heard_from_its_first_sound_to_its_end() -> None:
    clock = ManualClock()
    sink = RecordingSink(clock, present=True)
    player = Player(lambda: sink, clock=clock)
    try:
        player.open()
        player.play("clip", Pcm(silence(40).data + constant(7, 200)))
        wait_for(lambda: bool(sink.takes) and sink.playing, "the sink to start")
        assert round(player.state.position_ms) == 40
        sink.advance(200)
        assert bytes(sink.takes[0].heard) == constant(7, 200)
    finally:
        player.close()
