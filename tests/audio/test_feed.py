from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from recalliq_tui.audio.pcm import RATE, Pcm, ms_to_bytes
from recalliq_tui.audio.sinks.feed import Feed, Mark
from recalliq_tui.audio.sinks.recording import ManualClock
from tests.soundcard import constant


@given(st.integers(0, 300), st.lists(st.integers(1, 100), max_size=30), st.integers(0, 400))
def test_all_of_a_clip_is_given_once_and_then_silence(
    ms: int, steps: list[int], from_ms: int
) -> None:
    clock, marks = ManualClock(), []
    data = constant(7, ms)
    feed = Feed(Pcm(data), clock=clock, on_mark=lambda _f, m: marks.append(m), from_ms=from_ms)
    given_out = bytearray()
    for step in steps:
        chunk = feed.take(ms_to_bytes(step))
        assert len(chunk) == ms_to_bytes(step)
        given_out += chunk
        clock.now += step / 1000
        assert 0 <= feed.position_ms() <= ms + 0.1
    expected = data[ms_to_bytes(from_ms) :]
    assert given_out == (expected + bytes(len(given_out)))[: len(given_out)]
    if steps:
        assert marks[0] is Mark.FIRST
        assert marks.count(Mark.FIRST) == 1
    assert (Mark.END in marks) == (len(given_out) > len(expected))


def test_a_gap_in_the_supply_delays_the_end() -> None:
    clock = ManualClock()
    feed = Feed(Pcm(constant(7, 400)), clock=clock, on_mark=lambda _f, _m: None)
    feed.take(ms_to_bytes(200))
    clock.now = 0.5  # the device ran dry at 0.2
    feed.take(ms_to_bytes(200))
    feed.take(ms_to_bytes(200))
    assert feed.underruns == 1
    assert feed.audible_end is not None
    assert abs(feed.audible_end - 0.7) < 2 / RATE


def test_a_cut_feed_is_silent_at_once() -> None:
    feed = Feed(Pcm(constant(7, 400)), clock=ManualClock(), on_mark=lambda _f, _m: None)
    assert any(feed.take(400))
    feed.cut()
    assert not any(feed.take(400))
