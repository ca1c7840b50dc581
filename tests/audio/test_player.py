"""The player on a recording sink and a clock set by hand."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from recalliq_tui.audio.events import (
    Cut,
    CutCause,
    DeviceBack,
    DeviceLost,
    DeviceMissing,
    DeviceReady,
    Ended,
    FailCode,
    Failed,
    FirstFrame,
    Paused,
    PlaybackEvent,
    Requested,
    Resumed,
)
from recalliq_tui.audio.pcm import Pcm, ms_to_bytes
from recalliq_tui.audio.player import Player
from recalliq_tui.audio.playing import DeviceState
from recalliq_tui.audio.sinks.recording import ManualClock, RecordingSink
from tests.soundcard import constant, wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator

    from recalliq_tui.audio.sinks.feed import Feed

ONE = Pcm(constant(1, 300))
TWO = Pcm(constant(2, 300))


class Room:
    """A player, its sink and what it told."""

    def __init__(self, *, present: bool = True) -> None:
        self.clock = ManualClock()
        self.sink = RecordingSink(self.clock, present=present)
        self.events: list[PlaybackEvent] = []
        self.player = Player(lambda: self.sink, clock=self.clock, on_event=self.events.append)

    def told(self, *kinds: type[PlaybackEvent]) -> None:
        """Wait until exactly these events were told, in this order."""
        wait_for(lambda: len(self.events) >= len(kinds), f"{kinds}; told were {self.events}")
        assert [type(event) for event in self.events] == list(kinds)

    def started(self, count: int) -> None:
        wait_for(lambda: len(self.sink.takes) == count and self.sink.playing, "the sink to start")

    def heard(self, index: int) -> bytes:
        return bytes(self.sink.takes[index].heard)


@pytest.fixture
def room() -> Iterator[Room]:
    room = Room()
    assert room.player.state.device is DeviceState.CHECKING
    assert room.player.open() is DeviceState.READY
    yield room
    room.player.close()


def test_a_clip_plays_whole_with_its_events_in_time(room: Room) -> None:
    room.clock.now = 5.0
    room.player.play("one", ONE)
    room.started(1)
    room.sink.advance(100)
    state = room.player.state
    assert (state.key, state.playing, state.duration_ms) == ("one", True, 300)
    assert state.position_ms == pytest.approx(100)
    room.sink.advance(300)
    room.told(DeviceReady, Requested, FirstFrame, Ended)
    assert [round(event.t_ms) for event in room.events[1:]] == [5000, 5000, 5300]
    assert [event.seq for event in room.events] == [0, 1, 2, 3]
    assert room.player.state.key is None
    assert room.heard(0)[: len(ONE.data)] == ONE.data


def test_the_device_stops_only_after_a_tail_of_silence(room: Room) -> None:
    room.player.play("one", ONE)
    room.started(1)
    room.sink.advance(310)
    room.told(DeviceReady, Requested, FirstFrame, Ended)
    assert room.sink.playing
    room.sink.advance(200)
    wait_for(lambda: not room.sink.playing, "the device to stop")
    assert room.heard(0).startswith(ONE.data + bytes(ms_to_bytes(150)))


def test_a_new_clip_replaces_the_old_one(room: Room) -> None:
    room.player.play("one", ONE)
    room.started(1)
    room.sink.advance(100)
    room.player.play("two", TWO)
    room.started(2)
    room.sink.advance(400)
    room.told(DeviceReady, Requested, FirstFrame, Cut, Requested, FirstFrame, Ended)
    cut = room.events[3]
    assert isinstance(cut, Cut)
    assert (cut.key, cut.cause, round(cut.position_ms)) == ("one", CutCause.REPLACED, 100)
    assert room.heard(1).startswith(TWO.data)


def test_replay_starts_from_the_start(room: Room) -> None:
    for count in (1, 2):
        room.player.play("one", ONE)
        room.started(count)
        room.sink.advance(150)
    assert room.heard(0) == room.heard(1) == ONE.data[: ms_to_bytes(150)]


def test_stop_is_silence(room: Room) -> None:
    room.player.play("one", ONE)
    room.started(1)
    room.sink.advance(100)
    room.player.stop()
    assert room.player.state.key is None
    wait_for(lambda: not room.sink.playing, "the device to stop")
    room.told(DeviceReady, Requested, FirstFrame, Cut)
    room.player.stop()
    assert len(room.events) == 4


def test_pause_holds_the_place_and_resume_repeats_a_little(room: Room) -> None:
    room.player.play("one", ONE)
    room.started(1)
    room.sink.advance(200)
    room.player.toggle_pause()
    wait_for(lambda: not room.sink.playing, "the device to stop")
    room.clock.now += 60
    state = room.player.state
    assert (state.paused, state.playing, round(state.position_ms)) == (True, False, 200)
    room.player.toggle_pause()
    room.started(2)
    room.sink.advance(400)
    room.told(DeviceReady, Requested, FirstFrame, Paused, Resumed, Ended)
    rest = ONE.data[ms_to_bytes(80) :]
    assert room.heard(1).startswith(rest)


def test_muted_is_silent_and_says_so(room: Room) -> None:
    room.player.play("one", ONE)
    room.started(1)
    room.player.mute(muted=True)
    wait_for(lambda: not room.sink.playing, "the device to stop")
    room.player.play("two", TWO)
    room.told(DeviceReady, Requested, FirstFrame, Cut, Requested, Failed)
    failed = room.events[-1]
    assert isinstance(failed, Failed)
    assert failed.code is FailCode.MUTED
    assert room.player.state.muted
    room.player.mute(muted=False)
    room.player.play("two", TWO)
    room.started(2)


def test_the_level_follows_the_clip(room: Room) -> None:
    loud = Pcm(bytes(ms_to_bytes(200)) + constant(16_384, 200))
    assert room.player.level() == 0
    room.player.play("loud", loud)
    room.started(1)
    room.sink.advance(50)
    assert room.player.level() == 0
    room.sink.advance(200)
    assert room.player.level() == 0.5


def test_playing_opens_the_device_by_itself() -> None:
    room = Room()
    room.player.play("one", ONE)
    room.started(1)
    room.told(Requested, DeviceReady, FirstFrame)
    room.player.close()
    room.told(Requested, DeviceReady, FirstFrame, Cut)


def test_without_a_device_clips_fail_and_a_new_device_is_found() -> None:
    room = Room(present=False)
    assert room.player.open() is DeviceState.NONE
    room.player.play("one", ONE)
    room.told(DeviceMissing, Requested, Failed)
    failed = room.events[-1]
    assert isinstance(failed, Failed)
    assert failed.code is FailCode.NO_DEVICE
    assert "unplugged" in failed.message
    room.sink.present = True
    room.told(DeviceMissing, Requested, Failed, DeviceBack)
    assert room.player.state.device is DeviceState.READY
    room.player.play("one", ONE)
    room.started(1)
    room.player.close()


def test_a_device_pulled_while_playing_is_noticed_and_healed(room: Room) -> None:
    room.player.play("one", ONE)
    room.started(1)
    room.sink.advance(100)
    room.sink.present = False
    room.told(DeviceReady, Requested, FirstFrame, DeviceLost, Failed)
    assert room.player.state.device is DeviceState.LOST
    room.sink.present = True
    room.told(DeviceReady, Requested, FirstFrame, DeviceLost, Failed, DeviceBack)


class DeadOnce(RecordingSink):
    """Looks fine until it is started the first time."""

    def __init__(self, clock: ManualClock) -> None:
        super().__init__(clock)
        self.deaths = 0

    def start(self, feed: Feed) -> None:
        if self.deaths == 0:
            self.deaths += 1
            self.present = False
            try:
                super().start(feed)
            finally:
                self.present = True
        super().start(feed)


def test_a_device_that_died_unseen_is_opened_again_for_the_clip() -> None:
    room = Room()
    room.sink = DeadOnce(room.clock)
    room.player.open()
    room.player.play("one", ONE)
    room.started(1)
    room.sink.advance(400)
    room.told(DeviceReady, Requested, FirstFrame, Ended)
    room.player.close()


def test_a_listener_that_fails_doesn_t_stop_the_sound(caplog: pytest.LogCaptureFixture) -> None:
    clock = ManualClock()
    sink = RecordingSink(clock)

    def listener(_event: PlaybackEvent) -> None:
        raise RuntimeError("broken listener")

    player = Player(lambda: sink, clock=clock, on_event=listener)
    player.open()
    player.play("one", ONE)
    wait_for(lambda: sink.playing, "the sink to start")
    player.close()
    assert "broken listener" in caplog.text


def test_close_is_final_and_can_be_repeated(room: Room) -> None:
    room.player.play("one", ONE)
    room.started(1)
    room.player.close()
    room.player.close()
    room.player.play("two", TWO)
    assert not room.sink.playing
    assert not any(
        thread.name.startswith("recalliq-audio") and thread.is_alive()
        for thread in (room.player._engine.thread, room.player._dispatcher._thread)
    )


def test_many_threads_may_use_it_at_once(room: Room) -> None:
    def work(number: int) -> None:
        for n in range(30):
            room.player.play(f"{number}-{n}", ONE)
            if n % 3 == 0:
                room.player.toggle_pause()
            if n % 5 == 0:
                room.player.stop()
            assert room.player.state.duration_ms in {0, 300}

    threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    room.player.stop()
    room.player.close()
    requested = [e for e in room.events if isinstance(e, Requested)]
    closed = [e for e in room.events if isinstance(e, (Cut, Ended, Failed))]
    assert len(requested) == 120
    assert len(closed) == 120
    assert [e.seq for e in room.events] == list(range(len(room.events)))
