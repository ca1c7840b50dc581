"""Sound devices that misbehave when they are told to, from this process or another one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from recalliq_tui.audio.errors import SinkCode, SinkError

if TYPE_CHECKING:
    from pathlib import Path

    from recalliq_tui.audio.sinks.feed import Feed
    from recalliq_tui.audio.sinks.protocol import AudioSink, SinkInfo


class Plug:
    """Whether a device is there: a file that says it is pulled, so that others can pull it."""

    def __init__(self, file: Path) -> None:
        self._file = file

    @property
    def pulled(self) -> bool:
        return self._file.exists()

    def pull(self) -> None:
        self._file.touch()

    def put_back(self) -> None:
        self._file.unlink(missing_ok=True)


class PluggedSink:
    """Any sink behind a :class:`Plug`: pulled it is lost, and can't be opened or started."""

    def __init__(self, inner: AudioSink, plug: Plug) -> None:
        self._inner = inner
        self._plug = plug
        self._plays = False

    def open(self) -> SinkInfo:
        if self._plug.pulled:
            raise SinkError(SinkCode.NO_DEVICE, "the lab has pulled the sound device")
        return self._inner.open()

    def start(self, feed: Feed) -> None:
        if self._plug.pulled:
            raise SinkError(SinkCode.DEVICE_LOST, "the lab has pulled the sound device")
        self._plays = True
        self._inner.start(feed)

    def stop(self) -> None:
        self._plays = False
        self._inner.stop()

    def prepare(self) -> None:
        self._inner.prepare()

    def close(self) -> None:
        self._plays = False
        self._inner.close()

    def describe(self) -> SinkInfo:
        return self._inner.describe()

    @property
    def lost(self) -> bool:
        return self._inner.lost or (self._plays and self._plug.pulled)
