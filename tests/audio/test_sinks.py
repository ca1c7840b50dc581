"""What every sink does, asked of every sink; the real ones play to a virtual sound card."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final, assert_never

import pytest

from recalliq_tui.audio.errors import SinkCode, SinkError
from recalliq_tui.audio.pcm import Pcm
from recalliq_tui.audio.sinks.choose import AutoSink, SinkPreference, choose_sink
from recalliq_tui.audio.sinks.feed import Feed, Mark
from recalliq_tui.audio.sinks.miniaudio_sink import MiniaudioSink
from recalliq_tui.audio.sinks.null import NullSink
from recalliq_tui.audio.sinks.recording import ManualClock, RecordingSink
from recalliq_tui.audio.sinks.sounddevice_sink import SounddeviceSink
from tests.soundcard import constant, require_real, wait_for

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from recalliq_tui.audio.sinks.protocol import AudioSink

_ROOT: Final = Path(__file__).parents[2]
CLIP: Final = Pcm(constant(9, 120))

_KINDS: Final = [
    "null",
    "recording",
    "miniaudio-null",
    pytest.param("miniaudio", marks=pytest.mark.real_audio),
    pytest.param("sounddevice", marks=pytest.mark.real_audio),
    pytest.param("auto", marks=pytest.mark.real_audio),
]


class Bench:
    """A sink, the clock it goes by, and a way to let its time pass."""

    def __init__(self, sink: AudioSink) -> None:
        self.sink = sink
        self.manual = sink.clock if isinstance(sink, RecordingSink) else None
        self.clock: Callable[[], float] = self.manual or time.monotonic
        self.marks: list[tuple[Feed, Mark]] = []

    def feed(self, pcm: Pcm = CLIP) -> Feed:
        return Feed(
            pcm, clock=self.clock, on_mark=lambda feed, mark: self.marks.append((feed, mark))
        )

    def until(self, condition: Callable[[], object], what: str) -> None:
        if isinstance(self.sink, RecordingSink):
            self.sink.advance(1_000)
        wait_for(condition, what, seconds=5)


@pytest.fixture(params=_KINDS)
def bench(request: pytest.FixtureRequest) -> Iterator[Bench]:
    kind = request.param
    if kind in {"miniaudio", "sounddevice", "auto"}:
        require_real(portaudio=kind == "sounddevice")
        request.getfixturevalue("sound_card")
    bench = Bench(a_sink(kind))
    yield bench
    bench.sink.close()


def a_sink(kind: str) -> AudioSink:
    if kind == "recording":
        return RecordingSink(ManualClock())
    if kind == "miniaudio-null":
        return MiniaudioSink(null_backend=True)
    return choose_sink(SinkPreference(kind))


def test_it_says_what_it_is(bench: Bench) -> None:
    info = bench.sink.open()
    assert info == bench.sink.open() == bench.sink.describe()
    assert info.backend
    assert info.label
    assert not bench.sink.lost


def test_a_clip_begins_at_once_and_ends(bench: Bench) -> None:
    bench.sink.open()
    feed = bench.feed()
    begun = bench.clock()
    bench.sink.start(feed)
    bench.until(lambda: (feed, Mark.END) in bench.marks, "the end")
    assert [mark for _, mark in bench.marks] == [Mark.FIRST, Mark.END]
    assert feed.first_at is not None
    assert feed.first_at - begun < 0.1
    assert feed.audible_end is not None
    assert abs(feed.audible_end - feed.first_at - 0.12) < 0.35


def test_stop_silences_and_start_plays_another(bench: Bench) -> None:
    bench.sink.open()
    bench.sink.stop()
    first, second = bench.feed(Pcm(constant(1, 5_000))), bench.feed()
    bench.sink.start(first)
    bench.until(lambda: first.first_at is not None, "the first clip")
    bench.sink.stop()
    bench.sink.prepare()
    taken = first.last_at
    bench.sink.start(second)
    bench.until(lambda: (second, Mark.END) in bench.marks, "the second clip")
    assert first.last_at == taken, "a stopped clip is asked for no more"


def test_start_replaces_what_plays(bench: Bench) -> None:
    bench.sink.open()
    first, second = bench.feed(Pcm(constant(1, 5_000))), bench.feed()
    bench.sink.start(first)
    bench.sink.start(second)
    bench.until(lambda: (second, Mark.END) in bench.marks, "the second clip")
    assert first.done_at is None


def test_it_can_be_closed_twice_and_opened_again(bench: Bench) -> None:
    bench.sink.open()
    bench.sink.close()
    bench.sink.close()
    bench.sink.open()
    feed = bench.feed()
    bench.sink.start(feed)
    bench.until(lambda: (feed, Mark.END) in bench.marks, "the end")


def test_nothing_is_asked_for_after_close(bench: Bench) -> None:
    bench.sink.open()
    feed = bench.feed(Pcm(constant(1, 5_000)))
    bench.sink.start(feed)
    bench.until(lambda: feed.first_at is not None, "the clip")
    bench.sink.close()
    threads = [t for t in threading.enumerate() if t.name == "recalliq-null-sink"]
    for thread in threads:
        thread.join(1)
    assert not any(thread.is_alive() for thread in threads)


@pytest.mark.parametrize("preference", SinkPreference)
def test_the_setting_decides_the_sink(preference: SinkPreference) -> None:
    sink = choose_sink(preference)
    match preference:
        case SinkPreference.AUTO:
            assert isinstance(sink, AutoSink)
        case SinkPreference.MINIAUDIO:
            assert isinstance(sink, MiniaudioSink)
        case SinkPreference.SOUNDDEVICE:
            assert isinstance(sink, SounddeviceSink)
        case SinkPreference.NULL:
            assert isinstance(sink, NullSink)
        case _:
            assert_never(preference)


class NoMiniaudio(MiniaudioSink):
    def _open_device(self) -> object:
        raise SinkError(SinkCode.NO_DEVICE, "miniaudio found no sound system")


@pytest.mark.real_audio
def test_auto_turns_to_portaudio_where_miniaudio_finds_nothing(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    require_real(portaudio=True)
    request.getfixturevalue("sound_card")
    monkeypatch.setattr("recalliq_tui.audio.sinks.choose.MiniaudioSink", NoMiniaudio)
    sink = choose_sink()
    assert sink.open().backend == "sounddevice"
    sink.close()


_SILENT_MACHINE: Final = """
import sys
from recalliq_tui.audio.errors import SinkError
from recalliq_tui.audio.player import Player
from recalliq_tui.audio.sinks.choose import SinkPreference, choose_sink
if len(sys.argv) > 1:
    import ctypes.util
    ctypes.util.find_library = lambda name: None
player = Player(choose_sink)
print(player.open().value)
print(player.state.message)
player.close()
try:
    choose_sink(SinkPreference.SOUNDDEVICE).open()
except SinkError as error:
    print(error.code.value)
"""


@pytest.mark.parametrize("arguments", [[], ["without PortAudio"]])
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="PULSE_SERVER is of Linux")
def test_a_machine_without_sound_is_a_state_and_prints_nothing(arguments: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _SILENT_MACHINE, *arguments],
        env={"PULSE_SERVER": "unix:/nonexistent", "PYTHONPATH": str(_ROOT)},
        capture_output=True,
        text=True,
        check=True,
        timeout=30,
    )
    state, message, code = done.stdout.splitlines()
    assert state == "none"
    assert "miniaudio" in message
    assert code == "no_library" or not arguments
    assert "ALSA" not in done.stderr


def test_no_native_library_is_loaded_until_a_device_is_opened() -> None:
    code = (
        "import sys; import recalliq_tui.audio.player, recalliq_tui.audio.sinks.choose,"
        " recalliq_tui.audio.decode, recalliq_tui.audio.memory;"
        "print([m for m in ('miniaudio', 'sounddevice', 'diskcache') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=_ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
