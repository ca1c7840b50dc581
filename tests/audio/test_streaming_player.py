"""The player with sound that arrives, on a recording sink and a clock set by hand."""

from __future__ import annotations

import statistics
import time
from typing import TYPE_CHECKING

import pytest

from recalliq_tui.audio.events import (
    Cut,
    CutCause,
    DeviceReady,
    Ended,
    FailCode,
    Failed,
    FirstFrame,
    Flowing,
    Paused,
    PlaybackEvent,
    Requested,
    Resumed,
    Starved,
)
from recalliq_tui.audio.pcmstream import PcmStream
from recalliq_tui.audio.playing import DeviceState
from tests.audio.test_player import ONE, Room
from tests.soundcard import constant, wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def room() -> Iterator[Room]:
    room = Room()
    assert room.player.open() is DeviceState.READY
    yield room
    room.player.close()


@pytest.fixture
def source() -> PcmStream:
    return PcmStream()


def test_a_stream_plays_whole_with_a_clip_s_events(room: Room, source: PcmStream) -> None:
    own: list[PlaybackEvent] = []
    room.player.play_stream("s", source, listener=own.append)
    room.told(DeviceReady, Requested)
    assert room.player.state.key == "s"
    assert not room.sink.playing
    source.append(constant(1, 200))
    room.started(1)
    room.sink.advance(100)
    assert room.player.state.position_ms == pytest.approx(100)
    source.append(constant(2, 200))
    source.finish()
    assert room.player.state.duration_ms == 400
    room.sink.advance(400)
    room.told(DeviceReady, Requested, FirstFrame, Ended)
    assert room.heard(0).startswith(constant(1, 200) + constant(2, 200))
    assert own == room.events[1:]
    assert not source.is_cut


def test_a_stream_that_comes_too_late_is_starved_and_goes_on(room: Room, source: PcmStream) -> None:
    room.player.play_stream("s", source)
    source.append(constant(1, 200))
    room.started(1)
    room.sink.advance(250)
    room.told(DeviceReady, Requested, FirstFrame, Starved)
    source.append(constant(2, 300))
    room.sink.advance(50)
    room.told(DeviceReady, Requested, FirstFrame, Starved, Flowing)
    source.finish()
    room.sink.advance(300)
    room.told(DeviceReady, Requested, FirstFrame, Starved, Flowing, Ended)
    starved = room.events[3]
    assert isinstance(starved, Starved)
    assert starved.position_ms == pytest.approx(200, abs=11)


def test_stopping_cancels_who_brings_it_within_a_millisecond(room: Room) -> None:
    took = []
    for n in range(5):
        source = PcmStream()
        room.player.play_stream("s", source)
        source.append(constant(1, 500))
        room.started(n + 1)
        begun = time.perf_counter()
        room.player.stop()
        took.append(time.perf_counter() - begun)
        assert source.is_cut
        wait_for(lambda: not room.sink.playing, "the device to stop")
    assert statistics.median(took) < 0.001
    cut = room.events[-1]
    assert isinstance(cut, Cut)
    assert cut.cause is CutCause.STOPPED


def test_stopping_before_the_first_sound_leaves_silence(room: Room, source: PcmStream) -> None:
    room.player.play_stream("s", source)
    room.player.stop()
    assert not source.append(constant(1, 500))
    room.told(DeviceReady, Requested, Cut)
    assert room.sink.takes == []


def test_only_the_stream_that_was_meant_is_stopped(room: Room, source: PcmStream) -> None:
    room.player.play_stream("s", source)
    room.player.stop_stream(PcmStream())
    assert room.player.state.key == "s"
    room.player.play("one", ONE)
    assert source.is_cut
    room.player.stop_stream(source)
    assert room.player.state.key == "one"


def test_a_stream_silences_what_plays_at_once(room: Room, source: PcmStream) -> None:
    room.player.play("one", ONE)
    room.started(1)
    room.player.play_stream("s", source)
    wait_for(lambda: not room.sink.playing, "the device to stop")
    room.told(DeviceReady, Requested, FirstFrame, Cut, Requested)


def test_a_broken_stream_plays_what_came_and_fails(room: Room, source: PcmStream) -> None:
    room.player.play_stream("s", source)
    source.append(constant(1, 200))
    source.fail("the connection was cut")
    room.started(1)
    room.sink.advance(300)
    room.told(DeviceReady, Requested, FirstFrame, Failed)
    assert room.heard(0).startswith(constant(1, 200))
    failed = room.events[-1]
    assert isinstance(failed, Failed)
    assert (failed.code, failed.message) == (FailCode.BROKEN, "the connection was cut")


@pytest.mark.parametrize("broken", [None, "quota"])
def test_a_stream_without_sound_fails(room: Room, source: PcmStream, broken: str | None) -> None:
    room.player.play_stream("s", source)
    if broken is None:
        source.finish()
    else:
        source.fail(broken)
    room.told(DeviceReady, Requested, Failed)
    failed = room.events[-1]
    assert isinstance(failed, Failed)
    assert (failed.code, failed.message) == (FailCode.NO_SOUND, broken or "")
    assert room.player.state.key is None


def test_nothing_is_brought_for_a_muted_player(room: Room, source: PcmStream) -> None:
    room.player.mute(muted=True)
    room.player.play_stream("s", source)
    assert source.is_cut
    room.told(DeviceReady, Requested, Failed)


def test_pause_holds_a_stream_while_it_goes_on_arriving(room: Room, source: PcmStream) -> None:
    room.player.play_stream("s", source)
    source.append(constant(1, 300))
    room.started(1)
    room.sink.advance(200)
    room.player.pause()
    wait_for(lambda: not room.sink.playing, "the device to stop")
    assert source.append(constant(2, 200))
    room.player.resume()
    room.started(2)
    source.finish()
    room.sink.advance(500)
    room.told(DeviceReady, Requested, FirstFrame, Paused, Resumed, Ended)
    assert room.heard(1).startswith(constant(1, 220) + constant(2, 200))


def test_paused_before_the_first_sound_it_begins_when_resumed(
    room: Room, source: PcmStream
) -> None:
    room.player.play_stream("s", source)
    room.player.pause()
    source.append(constant(1, 200))
    source.finish()
    assert room.sink.takes == []
    room.player.resume()
    room.started(1)


def test_a_stream_opens_the_device_before_it_has_sound(source: PcmStream) -> None:
    room = Room()
    room.player.play_stream("s", source)
    room.told(Requested, DeviceReady)
    room.player.close()
    assert source.is_cut


def test_without_a_device_a_stream_fails(source: PcmStream) -> None:
    room = Room(present=False)
    room.player.play_stream("s", source)
    wait_for(lambda: source.is_cut, "the stream to be cut")
    room.player.close()
    assert isinstance(room.events[-1], Failed)


def test_a_device_pulled_in_mid_stream_cuts_it(room: Room, source: PcmStream) -> None:
    room.player.play_stream("s", source)
    source.append(constant(1, 500))
    room.started(1)
    room.sink.advance(100)
    room.sink.present = False
    wait_for(lambda: source.is_cut, "the stream to be cut")
    failed = room.events[-1]
    assert isinstance(failed, Failed)
    assert failed.code is FailCode.DEVICE_LOST
