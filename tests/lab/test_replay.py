"""A session's sound, played again: the same events at the same times, with what went wrong."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

import pytest

from recalliq_tui.audio.clip import ClipInfo
from recalliq_tui.audio.errors import SinkError
from recalliq_tui.audio.memory import MemoryCache
from recalliq_tui.audio.pcm import RATE
from recalliq_tui.audio.pcmstream import PcmStream
from recalliq_tui.audio.player import Player
from recalliq_tui.audio.sinks.null import NullSink
from recalliq_tui.domain.clips import ClipSpec
from recalliq_tui.domain.trace import Trace, TraceHeader, TraceRecord, read_trace
from recalliq_tui.lab.plan import Do, plan_of
from recalliq_tui.lab.replay import NEAR_MS, Replay, Replayed, tone_pcm
from recalliq_tui.lab.servers.tone import tone
from recalliq_tui.lab.sinks import Plug, PluggedSink
from recalliq_tui.services.tracing import TraceFile

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from recalliq_tui.audio.events import PlaybackEvent
    from recalliq_tui.audio.reports import Clips

A, B, C = "aa" * 32, "bb" * 32, "cc" * 32


class Session:
    """A player that is traced, and what a learner does to it."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "session.jsonl"
        self.plug = Plug(folder / "pulled")
        self.trace = TraceFile(self.file)
        self._changed = threading.Condition()
        self._evs: list[str] = []
        self.player = Player(lambda: PluggedSink(NullSink(), self.plug), on_event=self._hear)
        self.trace.seconds_of = self.player.seconds

    def _hear(self, event: PlaybackEvent) -> None:
        self.trace.event(event)
        with self._changed:
            self._evs.append(event.ev)
            self._changed.notify_all()

    def wait(self, ev: str, times: int = 1) -> None:
        with self._changed:
            assert self._changed.wait_for(lambda: self._evs.count(ev) >= times, 10), ev

    def end(self) -> Trace:
        self.player.close()
        self.trace.close()
        with self.file.open(encoding="utf-8") as file:
            return read_trace(file)


def let_pass(ms: int) -> None:
    """Let the learner think for a moment: the trace is about times."""
    threading.Event().wait(ms / 1000)


def replayed(trace: Trace, folder: Path, clips: Clips | None = None) -> Replayed:
    plug = Plug(folder / "replay-pulled")
    return Replay(trace, clips or MemoryCache(), sink=NullSink, plug=plug).run()


def heard_whole(session: Session) -> None:
    session.player.open()
    session.player.play(A, tone_pcm(250))
    session.wait("ended")
    let_pass(120)
    session.player.play(B, tone_pcm(200))
    session.wait("ended", 2)


def cut_and_replaced(session: Session) -> None:
    session.player.open()
    session.player.play(A, tone_pcm(2_000))
    session.wait("first_frame")
    let_pass(150)
    session.player.play(B, tone_pcm(2_000))
    session.wait("first_frame", 2)
    let_pass(100)
    session.player.stop()
    session.wait("cut", 2)


def muted(session: Session) -> None:
    session.player.open()
    session.player.play(A, tone_pcm(1_000))
    session.wait("first_frame")
    session.player.mute(muted=True)
    session.player.play(B, tone_pcm(300))
    session.wait("failed")
    session.player.mute(muted=False)
    session.player.play(C, tone_pcm(150))
    session.wait("ended")


def streamed(session: Session) -> None:
    session.player.open()
    source = PcmStream()
    session.player.play_stream(A, source)
    let_pass(200)
    source.append(tone_pcm(500).data)
    source.finish()
    session.wait("ended")


def starved_and_broken(session: Session) -> None:
    session.player.open()
    source = PcmStream()
    session.player.play_stream(A, source)
    source.append(tone_pcm(300).data)
    session.wait("starved")
    let_pass(150)
    source.append(tone_pcm(300).data)
    session.wait("flowing")
    source.fail("cut")
    session.wait("failed")


def never_arrived(session: Session) -> None:
    session.player.open()
    source = PcmStream()
    session.player.play_stream(A, source)
    let_pass(100)
    source.fail("quota")
    session.wait("failed")


def device_pulled(session: Session) -> None:
    session.player.open()
    session.player.play(A, tone_pcm(3_000))
    session.wait("first_frame")
    session.plug.pull()
    session.wait("device_lost")
    session.player.play(B, tone_pcm(200))
    session.wait("failed", 2)
    session.plug.put_back()
    session.wait("device_back")
    session.player.play(C, tone_pcm(150))
    session.wait("ended")


def no_device(session: Session) -> None:
    session.plug.pull()
    session.player.open()
    session.player.play(A, tone_pcm(200))
    session.wait("failed")


def paused(session: Session) -> None:
    session.player.open()
    session.player.play(A, tone_pcm(900))
    session.wait("first_frame")
    let_pass(300)
    session.player.pause()
    let_pass(200)
    session.player.resume()
    session.wait("ended")


SESSIONS = [
    paused, heard_whole, cut_and_replaced, muted, streamed, starved_and_broken, never_arrived,
    device_pulled, no_device,
]  # fmt: skip


@pytest.mark.parametrize("live", SESSIONS, ids=lambda live: live.__name__)
def test_a_session_comes_out_the_same(live: Callable[[Session], None], tmp_path: Path) -> None:
    session = Session(tmp_path)
    live(session)
    trace = session.end()
    again = replayed(trace, tmp_path)
    assert again.same, again.differences
    assert again.shift_ms is not None
    assert again.shift_ms <= NEAR_MS
    lengths = [(r.ev, r.dur_ms) for r in again.wanted if r.ev in {"ended", "cut"} and r.dur_ms]
    now = [(r.ev, r.dur_ms) for r in again.events if r.ev in {"ended", "cut"} and r.dur_ms]
    assert [ev for ev, _ in lengths] == [ev for ev, _ in now]
    for (_, then), (_, length) in zip(lengths, now, strict=True):
        assert abs(then - length) <= 2, "a tone is as long as the clip"


def test_a_clip_that_is_there_is_played_and_compared(tmp_path: Path) -> None:
    session = Session(tmp_path)
    spec = ClipSpec(text="hello", provider="espeak", voice="en")
    audio = tone(300)
    clips = MemoryCache()
    info = ClipInfo.of(
        spec, audio, created="2026-01-01T00:00:00Z", purpose="render", duration_ms=300
    )
    clips.put(spec.key, audio, info)
    session.trace.know(spec.key, "00" * 32)
    session.player.open()
    session.player.play(spec.key, tone_pcm(300))
    session.wait("ended")
    again = replayed(session.end(), tmp_path, clips)
    assert (again.tones, again.other) == (0, 1)


def test_differences_are_named(tmp_path: Path) -> None:
    records = (
        TraceRecord(0.0, 0, "device_ready", state="ready"),
        TraceRecord(100.0, 1, "requested", A, dur_ms=200),
        TraceRecord(900.0, 2, "first_frame", A, dur_ms=200),
        TraceRecord(1_300.0, 3, "ended", A, dur_ms=200),
    )
    again = replayed(Trace(TraceHeader(), records), tmp_path)
    assert not again.same
    assert any("first_frame" in words and "at 900 ms then" in words for words in again.differences)


def test_an_empty_or_strange_trace_is_played_to_its_end(tmp_path: Path) -> None:
    assert not replayed(Trace(TraceHeader()), tmp_path).wanted
    strange = (
        TraceRecord(5.0, 0, "ended", A),
        TraceRecord(6.0, 1, "cut"),
        TraceRecord(7.0, 2, "x"),
    )
    began = time.monotonic()
    assert not replayed(Trace(TraceHeader(), strange), tmp_path).same
    assert time.monotonic() - began < 10


def test_a_plan_keeps_the_order_of_time() -> None:
    records = (
        TraceRecord(0.0, 0, "voice", state="ready"),
        TraceRecord(10.0, 1, "requested", A, dur_ms=0),
        TraceRecord(50.0, 2, "first_frame", A, dur_ms=100),
        TraceRecord(90.0, 3, "cut", A, dur_ms=400, code="stopped"),
    )
    plan = plan_of(Trace(TraceHeader(), records))
    assert [(m.t_ms, m.do) for m in plan] == [
        (0.0, Do.SAY),
        (10.0, Do.STREAM),
        (50.0, Do.BRING),
        (90.0, Do.STOP),
    ]


@pytest.mark.parametrize("ms", [0, 1, 37, 1000])
def test_a_tone_is_as_long_as_asked(ms: int) -> None:
    assert tone_pcm(ms).frames == RATE * ms // 1000


def test_a_pulled_sink_cant_be_used(tmp_path: Path) -> None:
    plug = Plug(tmp_path / "pulled")
    sink = PluggedSink(NullSink(), plug)
    assert sink.open().label == "silent"
    plug.pull()
    with pytest.raises(SinkError):
        sink.open()
    assert not sink.lost, "nothing plays that could be missed"
    plug.put_back()
    plug.put_back()
    assert sink.open().label == "silent"
    sink.close()
