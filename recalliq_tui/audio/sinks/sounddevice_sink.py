"""The second way to the sound device: PortAudio, for systems that miniaudio doesn't reach.

A stream is opened for each clip (1.5 ms) and not kept while nothing plays: starting one whose
server went away meanwhile never returns (PortAudio 19.6 on ALSA).
"""

from __future__ import annotations

import atexit
from typing import TYPE_CHECKING, Any, Final

from recalliq_tui.audio.errors import SinkCode, SinkError
from recalliq_tui.audio.pcm import CHANNELS, RATE
from recalliq_tui.audio.sinks.protocol import SinkInfo
from recalliq_tui.audio.sinks.quiet import silence_alsa

if TYPE_CHECKING:
    from recalliq_tui.audio.sinks.feed import Feed

LATENCY_S: Final = 0.2
LIVE_LATENCY_S: Final = 0.04
"""For sound that is just arriving, of which there is less than ``AMPLE_MS``."""
AMPLE_MS: Final = 2_000


class SounddeviceSink:
    """Plays through PortAudio, a stream for each clip."""

    def __init__(self) -> None:
        self._stream: Any = None
        self._info: SinkInfo | None = None
        self._feed: Feed | None = None
        self._lost = False

    def open(self) -> SinkInfo:
        """Open a stream to see that there is a device, and let it go again."""
        if self._info is None:
            self._open_stream(LATENCY_S).close(ignore_errors=True)
        return self.describe()

    def start(self, feed: Feed) -> None:
        sounddevice = _portaudio()
        self.stop()
        self.prepare()
        self._stream = self._open_stream(LIVE_LATENCY_S if feed.lead_ms < AMPLE_MS else LATENCY_S)
        self._feed = feed
        try:
            self._stream.start()
        except sounddevice.PortAudioError as error:
            self._feed = None
            raise SinkError(SinkCode.DEVICE_LOST, f"PortAudio: {error}") from error

    def stop(self) -> None:
        if self._feed is None:
            return
        self._feed = None
        sounddevice = _portaudio()
        try:
            self._stream.abort()
        except sounddevice.PortAudioError as error:
            raise SinkError(SinkCode.DEVICE_LOST, f"PortAudio: {error}") from error

    def prepare(self) -> None:
        stream, self._stream = self._stream, None
        if stream is not None:
            stream.close(ignore_errors=True)

    def close(self) -> None:
        self._feed = None
        self.prepare()

    def describe(self) -> SinkInfo:
        return self._info or SinkInfo("sounddevice", "default", "PortAudio")

    @property
    def lost(self) -> bool:
        return self._lost

    def _open_stream(self, latency: float) -> Any:
        sounddevice = _portaudio()
        silence_alsa()
        self._lost = False
        try:
            if not _has_output(sounddevice):
                _look_again(sounddevice)
            stream = sounddevice.RawOutputStream(
                samplerate=RATE,
                channels=CHANNELS,
                dtype="int16",
                latency=latency,
                callback=self._callback,
                finished_callback=self._finished,
            )
            device = sounddevice.query_devices(stream.device)
            host = sounddevice.query_hostapis(device["hostapi"])["name"]
        except (sounddevice.PortAudioError, ValueError) as error:
            raise SinkError(SinkCode.NO_DEVICE, f"PortAudio: {error}") from error
        self._info = SinkInfo("sounddevice", str(device["name"]), f"PortAudio ({host})")
        return stream

    def _callback(self, out: Any, _frames: int, _time: object, _status: object) -> None:
        feed = self._feed
        out[:] = bytes(len(out)) if feed is None else feed.take(len(out))

    def _finished(self) -> None:
        if self._feed is not None:
            self._lost = True


def _portaudio() -> Any:
    try:
        import sounddevice  # noqa: PLC0415
    except OSError as error:
        raise SinkError(SinkCode.NO_LIBRARY, f"sounddevice: {error}") from error
    # At exit it would end PortAudio under a stream that hangs, which aborts the process.
    atexit.unregister(sounddevice._exit_handler)  # noqa: SLF001
    return sounddevice


def _has_output(sounddevice: Any) -> bool:
    return any(device["max_output_channels"] > 0 for device in sounddevice.query_devices())


def _look_again(sounddevice: Any) -> None:
    """Let PortAudio list the devices anew: it does so only when it starts."""
    try:
        sounddevice._terminate()  # noqa: SLF001
    finally:
        sounddevice._initialize()  # noqa: SLF001
