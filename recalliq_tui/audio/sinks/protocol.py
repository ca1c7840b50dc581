"""What every sound device does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from recalliq_tui.audio.sinks.feed import Feed


@dataclass(frozen=True, slots=True)
class SinkInfo:
    """Which way the sound goes. ``label`` is for people, such as ``PulseAudio``."""

    backend: str
    device: str
    label: str


class AudioSink(Protocol):
    """One sound device. Owned by one thread; all methods but ``lost`` are called from it.

    Errors are :class:`~recalliq_tui.audio.errors.SinkError`. Between ``start`` and ``stop`` the
    device calls ``feed.take`` from a thread of its own, until stopped, past the clip's end.
    """

    def open(self) -> SinkInfo:
        """Take the device. Calling it again gives the same answer."""
        ...

    def start(self, feed: Feed) -> None:
        """Play ``feed`` from now on; nothing of an earlier one may sound any more."""
        ...

    def stop(self) -> None:
        """Fall silent at once. Does nothing when nothing plays."""
        ...

    def prepare(self) -> None:
        """Do what makes the next ``start`` quick; called after ``stop``, off the hot path."""
        ...

    def close(self) -> None:
        """Give the device back; never raises."""
        ...

    def describe(self) -> SinkInfo: ...

    @property
    def lost(self) -> bool:
        """Whether the device itself said that it is gone."""
        ...
