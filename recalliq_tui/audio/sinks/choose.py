"""Which way the sound goes, by setting and by what the system has."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, assert_never

from recalliq_tui.audio.errors import SinkError
from recalliq_tui.audio.sinks.miniaudio_sink import MiniaudioSink
from recalliq_tui.audio.sinks.null import NullSink
from recalliq_tui.audio.sinks.sounddevice_sink import SounddeviceSink

if TYPE_CHECKING:
    from recalliq_tui.audio.sinks.feed import Feed
    from recalliq_tui.audio.sinks.protocol import AudioSink, SinkInfo


class SinkPreference(StrEnum):
    AUTO = "auto"
    MINIAUDIO = "miniaudio"
    SOUNDDEVICE = "sounddevice"
    NULL = "null"


class AutoSink:
    """miniaudio, or PortAudio where miniaudio finds no usable device but PortAudio does.

    The choice is made once for each sink: the player makes a new one when a device is lost, so
    that one that comes back by the other way is found too.
    """

    def __init__(self) -> None:
        self._sink: AudioSink = MiniaudioSink()
        self._chosen = False

    def open(self) -> SinkInfo:
        if self._chosen:
            return self._sink.open()
        first = MiniaudioSink()
        try:
            info = first.open()
        except SinkError as no_miniaudio:
            second = SounddeviceSink()
            try:
                info = second.open()
            except SinkError as no_portaudio:
                raise SinkError(
                    no_miniaudio.code, f"{no_miniaudio.message}; {no_portaudio.message}"
                ) from no_portaudio
            self._sink = second
        else:
            self._sink = first
        self._chosen = True
        return info

    def start(self, feed: Feed) -> None:
        self._sink.start(feed)

    def stop(self) -> None:
        self._sink.stop()

    def prepare(self) -> None:
        self._sink.prepare()

    def close(self) -> None:
        self._sink.close()

    def describe(self) -> SinkInfo:
        return self._sink.describe()

    @property
    def lost(self) -> bool:
        return self._sink.lost


def choose_sink(preference: SinkPreference = SinkPreference.AUTO) -> AudioSink:
    """Return the sink of a setting, not yet opened: ``open`` says whether there is a device."""
    match preference:
        case SinkPreference.AUTO:
            return AutoSink()
        case SinkPreference.MINIAUDIO:
            return MiniaudioSink()
        case SinkPreference.SOUNDDEVICE:
            return SounddeviceSink()
        case SinkPreference.NULL:
            return NullSink()
        case _:
            assert_never(preference)
