"""The default sink.

Facts of miniaudio 1.71 that shape it, measured at a null sink's monitor:

- ``stop()`` leaves what PulseAudio has queued in the server, and the next ``start()`` plays that
  first: up to 200 ms of the clip before. So after each stop the stream is opened anew (2 ms),
  except where the backend drops its queue itself.
- ``close()`` keeps the context and its 5 file descriptors; ``ma_context_uninit`` gives them back.
- A device that vanishes neither calls back nor clears ``running``: the player watches the time
  of the last callback.
"""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING, Any, Final

from recalliq_tui.audio.errors import SinkCode, SinkError
from recalliq_tui.audio.pcm import CHANNELS, FRAME_BYTES, RATE
from recalliq_tui.audio.sinks.protocol import SinkInfo
from recalliq_tui.audio.sinks.quiet import silence_alsa

if TYPE_CHECKING:
    from collections.abc import Generator

    from recalliq_tui.audio.sinks.feed import Feed

_log = logging.getLogger(__name__)

BUFFER_MS: Final = 200
LIVE_BUFFER_MS: Final = 24
_PATIENCE_S: Final = 0.017
"""How long the device may wait for sound that is just arriving: it has one buffer in hand."""
_APP_NAME: Final = "RecallIQ"
_KEEPS_QUEUE: Final = frozenset({"PulseAudio"})


class MiniaudioSink:
    """Plays through miniaudio. ``null_backend`` makes it silent and timer driven, for tests."""

    def __init__(self, *, buffer_ms: int = BUFFER_MS, null_backend: bool = False) -> None:
        self._buffer_ms = buffer_ms
        self._null_backend = null_backend
        self._device: Any = None
        self._opened_ms = 0
        self._info: SinkInfo | None = None
        self._used = False
        self._playing = False

    def open(self) -> SinkInfo:
        return self.describe() if self._device is not None else self._open(self._buffer_ms)

    def _open(self, buffer_ms: int) -> SinkInfo:
        if self._device is not None and self._opened_ms != buffer_ms:
            self.close()
        if self._device is None:
            self._opened_ms = buffer_ms
            self._device = self._open_device()
            self._used = False
            self._info = SinkInfo("miniaudio", "default", str(self._device.backend))
        return self.describe()

    def start(self, feed: Feed) -> None:
        import miniaudio  # noqa: PLC0415

        self.stop()
        self.prepare()
        self._open(min(live_buffer_ms(feed.lead_ms), self._buffer_ms))
        source = _frames(feed)
        next(source)
        self._used = self._playing = True
        try:
            self._device.start(source)
        except miniaudio.MiniaudioError as error:
            self._playing = False
            raise SinkError(SinkCode.DEVICE_LOST, f"miniaudio: {error}") from error

    def stop(self) -> None:
        import miniaudio  # noqa: PLC0415

        if not self._playing:
            return
        self._playing = False
        try:
            self._device.stop()
        except miniaudio.MiniaudioError as error:
            raise SinkError(SinkCode.DEVICE_LOST, f"miniaudio: {error}") from error

    def prepare(self) -> None:
        if self._used and self._info is not None and self._info.label in _KEEPS_QUEUE:
            self.close()
            self.open()

    def close(self) -> None:
        self._playing = False
        device, self._device = self._device, None
        if device is not None:
            _release(device)

    def describe(self) -> SinkInfo:
        return self._info or SinkInfo("miniaudio", "default", "miniaudio")

    @property
    def lost(self) -> bool:
        return False

    def _open_device(self) -> Any:
        import miniaudio  # noqa: PLC0415

        silence_alsa()
        device = miniaudio.PlaybackDevice.__new__(miniaudio.PlaybackDevice)
        try:
            device.__init__(
                output_format=miniaudio.SampleFormat.SIGNED16,
                nchannels=CHANNELS,
                sample_rate=RATE,
                buffersize_msec=self._opened_ms,
                backends=self._backends(),
                app_name=_APP_NAME,
            )
        except miniaudio.MiniaudioError as error:
            _release(device)
            raise SinkError(SinkCode.NO_DEVICE, f"miniaudio: {error}") from error
        if device.backend == "Null" and not self._null_backend:
            _release(device)
            raise SinkError(SinkCode.NO_DEVICE, "miniaudio found no sound system")
        return device

    def _backends(self) -> list[Any] | None:
        """On Linux and the BSDs leave JACK out: its library prints to the terminal."""
        import miniaudio  # noqa: PLC0415

        backend = miniaudio.Backend
        if self._null_backend:
            return [backend.NULL]
        if sys.platform in {"win32", "darwin"}:
            return None
        return [backend.PULSEAUDIO, backend.ALSA, backend.SNDIO, backend.AUDIO4, backend.OSS]


def live_buffer_ms(lead_ms: float) -> int:
    """Return the buffer for sound of which ``lead_ms`` are there when it begins.

    A device takes up to two buffers at once and plays silence where there is less. What comes in
    pieces of L ms at 1.2 times its own speed is L/6 ahead just before the next piece. A whole clip
    has all the lead there is: with a small buffer a busy machine is heard.
    """
    return int(max(LIVE_BUFFER_MS, min(lead_ms / 9, BUFFER_MS)))


def _frames(feed: Feed) -> Generator[bytes, int, None]:
    """Give miniaudio the frames it asks for, past the end too: only the player stops a device."""
    frames = yield b""
    while True:
        size = frames * FRAME_BYTES
        feed.await_bytes(size, _PATIENCE_S)
        frames = yield feed.take(size)


def _release(device: Any) -> None:
    """Close a device and the context that miniaudio's own ``close`` leaves behind."""
    import miniaudio  # noqa: PLC0415

    context = getattr(device, "_context", None)
    device.close()
    if context is not None:
        device._context = None  # noqa: SLF001
        miniaudio.lib.ma_context_uninit(context)
    else:
        _log.debug("miniaudio device without a context of its own")
