"""The player through real sound systems: what leaves the card is compared with the clip."""

from __future__ import annotations

import math
import os
import statistics
import threading
import time
from array import array
from typing import TYPE_CHECKING

import pytest

from recalliq_tui.audio.events import DeviceBack, DeviceLost, Ended, PlaybackEvent
from recalliq_tui.audio.pcm import Pcm, ms_to_bytes
from recalliq_tui.audio.player import Player
from recalliq_tui.audio.playing import DeviceState
from recalliq_tui.audio.sinks.choose import SinkPreference, choose_sink
from tests.soundcard import SoundCard, constant, require_real, wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.real_audio


class Room:
    """A player on the sound card, and what it told with the times."""

    def __init__(self, preference: SinkPreference) -> None:
        self.events: list[tuple[float, PlaybackEvent]] = []
        self.player = Player(
            lambda: choose_sink(preference),
            on_event=lambda event: self.events.append((time.monotonic(), event)),
        )

    def at(self, kind: type[PlaybackEvent], *, count: int = 1) -> float:
        """Wait for the ``count``-th event of a kind and return when it was told."""
        wait_for(lambda: len(self._of(kind)) >= count, f"{kind.__name__} no. {count}")
        return self._of(kind)[count - 1]

    def _of(self, kind: type[PlaybackEvent]) -> list[float]:
        return [at for at, event in self.events if isinstance(event, kind)]


@pytest.fixture(params=[SinkPreference.MINIAUDIO, SinkPreference.SOUNDDEVICE])
def room(request: pytest.FixtureRequest) -> Iterator[Room]:
    require_real(portaudio=request.param is SinkPreference.SOUNDDEVICE)
    request.getfixturevalue("sound_card")
    room = Room(request.param)
    assert room.player.open() is DeviceState.READY
    yield room
    room.player.close()


def speech(ms: int) -> Pcm:
    """Return a sweep: no two stretches of it are alike, and it is loud to its very end."""
    samples = array("h")
    for n in range(44_100 * ms // 1000):
        value = round(20_000 * math.sin(n * n / 40_000)) or 1
        samples.extend((value, -value))
    return Pcm(samples.tobytes())


def test_a_clip_is_heard_bit_for_bit_and_its_tail_is_not_cut(
    room: Room, sound_card: SoundCard
) -> None:
    clip = speech(430)
    with sound_card.recording() as recording:
        room.player.play("clip", clip)
        room.at(Ended)
        at = recording.wait_for(clip.data)
        room.player.play("clip", clip)
        room.at(Ended, count=2)
        wait_for(
            lambda: recording.data.find(clip.data, at + len(clip.data)) > 0, "the replay, whole"
        )
        recording.wait_ms(200)
        heard = recording.data[at:]
    assert heard.count(clip.data) == 2
    rest = heard.replace(clip.data, b"")
    assert not any(rest), "nothing but the two clips is heard"


def test_stop_is_quick_and_nothing_of_a_stopped_clip_sounds_later(
    room: Room, sound_card: SoundCard
) -> None:
    with sound_card.recording() as recording:
        took = []
        for value in (1_000, 2_000, 3_000):
            room.player.play("clip", Pcm(constant(value, 4_000)))
            recording.wait_ms(120)
            begun = time.perf_counter()
            room.player.stop()
            took.append(time.perf_counter() - begun)
            recording.wait_ms(60)
        runs = recording.levels()
    assert [value for value, _ in runs if value] == [1_000, 2_000, 3_000]
    assert all(ms < 200 for value, ms in runs if value)
    assert statistics.median(took) < 0.001


def test_a_new_clip_is_heard_at_once_without_the_rest_of_the_old(
    room: Room, sound_card: SoundCard
) -> None:
    with sound_card.recording() as recording:
        for value in (1_000, 2_000, 3_000):
            room.player.play("clip", Pcm(constant(value, 4_000)))
            recording.wait_ms(100)
        runs = recording.levels()
    assert [value for value, _ in runs if value] == [1_000, 2_000, 3_000]


def test_sound_comes_within_a_few_milliseconds(room: Room, sound_card: SoundCard) -> None:
    """Median of play to the recorder's first sound; its own delay is in there."""
    waits, calls = [], []
    with sound_card.recording() as recording:
        for n in range(9):
            recording.wait_ms(60)
            length = len(recording.data)
            begun = time.monotonic()
            room.player.play("clip", Pcm(constant(500 + n, 2_000)))
            calls.append(time.monotonic() - begun)
            recording.wait_ms(60)
            first = recording.first_sound_at(after=length)
            assert first is not None
            waits.append(first - begun)
            room.player.stop()
    assert statistics.median(waits) < 0.04
    assert max(calls) < 0.05, "the caller waits 10 ms at most, but for a busy machine"


def test_pause_and_resume_lose_nothing(room: Room, sound_card: SoundCard) -> None:
    clip = speech(600)
    with sound_card.recording() as recording:
        room.player.play("clip", clip)
        recording.wait_ms(300)
        room.player.pause()
        recording.wait_ms(100)
        place = ms_to_bytes(room.player.state.position_ms)
        room.player.resume()
        room.at(Ended)
        recording.wait_for(clip.data[place:])
        heard = recording.data
    before = heard[heard.find(clip.data[:400]) :]
    kept = next(n for n in range(0, len(clip.data), 4) if before[n : n + 4] != clip.data[n : n + 4])
    assert kept > place - ms_to_bytes(120), "what was not heard before comes after"


def test_the_sound_has_no_gap_while_python_is_busy(room: Room, sound_card: SoundCard) -> None:
    clip = speech(900)
    done = threading.Event()

    def busy() -> None:
        numbers = list(range(60_000))
        while not done.is_set():
            sorted(numbers, key=lambda n: -n)
            done.wait(0.002)

    thread = threading.Thread(target=busy)
    with sound_card.recording() as recording:
        thread.start()
        room.player.play("clip", clip)
        room.at(Ended)
        done.set()
        thread.join()
        recording.wait_for(clip.data)


def test_a_device_lost_while_playing_is_noticed_within_a_second_and_healed(
    room: Room, sound_card: SoundCard
) -> None:
    room.player.play("clip", Pcm(constant(1, 20_000)))
    wait_for(lambda: room.player.state.position_ms > 100, "the clip to play")
    pulled = time.monotonic()
    sound_card.kill()
    assert room.at(DeviceLost) - pulled < 1.0
    assert room.player.state.device is DeviceState.LOST
    assert room.player.state.key is None
    sound_card.start()
    room.at(DeviceBack)
    with sound_card.recording() as recording:
        clip = speech(150)
        room.player.play("again", clip)
        recording.wait_for(clip.data)


def test_a_device_lost_unseen_is_opened_again_by_the_next_clip(
    room: Room, sound_card: SoundCard
) -> None:
    sound_card.kill()
    sound_card.start()
    clip = speech(150)
    with sound_card.recording() as recording:
        room.player.play("clip", clip)
        recording.wait_for(clip.data)


def test_a_sound_system_that_hangs_holds_nobody_up(room: Room, sound_card: SoundCard) -> None:
    sound_card.freeze()
    begun = time.monotonic()
    room.player.play("clip", speech(100))
    room.player.stop()
    room.player.play("clip", speech(100))
    assert time.monotonic() - begun < 0.1
    sound_card.thaw()
    room.at(Ended)


@pytest.mark.skipif(not os.path.isdir("/proc/self/fd"), reason="counts descriptors in /proc")  # noqa: PTH112
def test_fifty_plays_leak_no_file_descriptor(room: Room, tmp_path: Path) -> None:
    def play_all(count: int) -> int:
        for n in range(count):
            room.player.play("clip", Pcm(constant(1, 1_000)))
            if n % 2:
                room.player.stop()
        room.player.stop()
        wait_for(lambda: not room.player._device.live, "the device to stop")
        room.player.open()
        return len(os.listdir("/proc/self/fd"))  # noqa: PTH208

    before = play_all(2)
    assert play_all(50) <= before
