"""Streams through a real sound system: what leaves the card while the bytes still arrive."""

from __future__ import annotations

import statistics
import threading
import time
from itertools import groupby
from typing import TYPE_CHECKING

import pytest

from recalliq_tui.audio.decode import decode
from recalliq_tui.audio.events import Ended, PlaybackEvent, Starved
from recalliq_tui.audio.pcmstream import PcmStream
from recalliq_tui.audio.player import Player
from recalliq_tui.audio.playing import DeviceState
from recalliq_tui.audio.sinks.choose import SinkPreference, choose_sink
from tests.audio.arriving import Delivery, an_mp3
from tests.soundcard import SoundCard, constant, require_real, wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.real_audio


class Stage:
    def __init__(self, preference: SinkPreference) -> None:
        self.events: list[PlaybackEvent] = []
        self.player = Player(lambda: choose_sink(preference), on_event=self.events.append)

    def count(self, kind: type[PlaybackEvent]) -> int:
        return sum(isinstance(event, kind) for event in self.events)


@pytest.fixture(params=[SinkPreference.MINIAUDIO, SinkPreference.SOUNDDEVICE])
def stage(request: pytest.FixtureRequest) -> Iterator[Stage]:
    require_real(portaudio=request.param is SinkPreference.SOUNDDEVICE)
    request.getfixturevalue("sound_card")
    stage = Stage(request.param)
    assert stage.player.open() is DeviceState.READY
    yield stage
    stage.player.close()


def test_a_stream_at_1_2_times_real_time_is_heard_at_once_and_without_a_gap(
    sound_card: SoundCard,
) -> None:
    stage = Stage(SinkPreference.MINIAUDIO)
    stage.player.open()
    audio = an_mp3(900)
    whole = decode(audio).data
    waits, gaps = [], 0
    with sound_card.recording() as recording:
        for n in range(5):
            delivery = Delivery(audio, piece_ms=(10, 20, 35, 50, 100)[n])
            stage.player.play_stream(f"s{n}", delivery.source)
            begun = len(recording.data)
            delivery.start()
            wait_for(lambda n=n: stage.count(Ended) == n + 1, "the end")  # type: ignore[misc]
            delivery.join()
            recording.wait_ms(150)
            first = recording.first_sound_at(after=begun)
            assert first is not None
            assert delivery.first_pcm is not None
            lead = next(at for at in range(0, len(whole), 4) if any(whole[at : at + 4]))
            waits.append(first - delivery.first_pcm - lead / 4 / 44_100)
            gaps += recording.data.find(whole, begun) < 0
    stage.player.close()
    assert statistics.median(waits) < 0.06
    assert gaps <= 1, "a busy machine may make one"
    assert stage.count(Starved) <= 1


def test_a_stream_is_heard_whole_by_either_way(stage: Stage, sound_card: SoundCard) -> None:
    audio = an_mp3(700)
    with sound_card.recording() as recording:
        delivery = Delivery(audio, speed=4)
        stage.player.play_stream("s", delivery.source)
        delivery.start()
        wait_for(lambda: stage.count(Ended), "the end")
        delivery.join()
        recording.wait_for(decode(audio).data)


def test_stop_silences_a_stream_and_nothing_of_it_sounds_later(
    stage: Stage, sound_card: SoundCard
) -> None:
    with sound_card.recording() as recording:
        took = []
        for value in (1_000, 2_000, 3_000):
            source = PcmStream()
            stage.player.play_stream("s", source)
            source.append(constant(value, 400))
            recording.wait_ms(120)
            begun = time.perf_counter()
            stage.player.stop()
            took.append(time.perf_counter() - begun)
            assert not source.append(constant(value, 400))
            recording.wait_ms(60)
        runs = recording.levels()
    assert [value for value, _ in runs if value] == [1_000, 2_000, 3_000]
    assert statistics.median(took) < 0.001


def test_a_stream_that_stalls_is_silence_and_then_goes_on(
    stage: Stage, sound_card: SoundCard
) -> None:
    source = PcmStream()
    with sound_card.recording() as recording:
        stage.player.play_stream("s", source)
        source.append(constant(1_000, 150))
        wait_for(lambda: stage.count(Starved), "the stream to run dry")
        recording.wait_ms(200)
        source.append(constant(2_000, 300))
        source.finish()
        wait_for(lambda: stage.count(Ended), "the end")
        recording.wait_ms(100)
        heard = [(value, ms) for value, ms in recording.levels() if value]
    # A busy machine may break a sound in two: in order and whole it must still be.
    assert [value for value, _ in groupby(value for value, _ in heard)] == [1_000, 2_000]
    lengths = [sum(ms for value, ms in heard if value == level) for level in (1_000, 2_000)]
    assert [round(ms) for ms in lengths] == [150, 300]


def test_a_stream_with_a_lead_has_no_gap_while_python_is_busy(sound_card: SoundCard) -> None:
    stage = Stage(SinkPreference.MINIAUDIO)
    stage.player.open()
    audio = an_mp3(2_500)
    done = threading.Event()

    def busy() -> None:
        numbers = list(range(20_000))
        while not done.is_set():
            sorted(numbers, key=lambda n: -n)
            done.wait(0.002)

    thread = threading.Thread(target=busy)
    with sound_card.recording() as recording:
        thread.start()
        delivery = Delivery(audio, speed=20)
        stage.player.play_stream("s", delivery.source)
        delivery.start()
        wait_for(lambda: stage.count(Ended), "the end")
        done.set()
        thread.join()
        delivery.join()
        recording.wait_ms(100)
        gap = recording.data.find(decode(audio).data) < 0
    stage.player.close()
    assert stage.count(Starved) == 0
    assert not gap
