"""The error family of this layer: what happened, and what the learner can do about it."""

from __future__ import annotations

from enum import StrEnum
from typing import Generic, TypeVar, assert_never

from recalliq_tui.textsafe import one_line

C = TypeVar("C", bound=StrEnum)


class _AudioError(Exception, Generic[C]):
    """``code`` says what happened, ``message`` in whose words; ``recovery`` what to do."""

    def __init__(self, code: C, message: str) -> None:
        self.code = code
        self.message = one_line(message)
        super().__init__(f"{code.value}: {self.message}")


class CacheCode(StrEnum):
    UNWRITABLE = "unwritable"
    FULL = "full"
    DAMAGED = "damaged"
    BUSY = "busy"


class CacheError(_AudioError[CacheCode]):
    """The clip cache can't be used. ``recovery`` says in one sentence what to do."""

    @property
    def recovery(self) -> str:
        match self.code:
            case CacheCode.UNWRITABLE:
                return "Make the cache folder writable or set RECALLIQ_CACHE_DIR; clips play from memory until then."
            case CacheCode.FULL:
                return "Free disk space or run: recalliq cache prune. Clips play from memory until then."
            case CacheCode.DAMAGED:
                return "Run: recalliq cache verify. What is damaged is rendered or fetched again."
            case CacheCode.BUSY:
                return "Another program holds the cache; try again when it is done."
            case _:
                assert_never(self.code)


class DecodeCode(StrEnum):
    NOT_AUDIO = "not_audio"
    TOO_LONG = "too_long"


class DecodeError(_AudioError[DecodeCode]):
    """Bytes that can't be played: not audio at all, or longer than a clip may be."""

    @property
    def recovery(self) -> str:
        match self.code:
            case DecodeCode.NOT_AUDIO:
                return "Render or fetch the clip again."
            case DecodeCode.TOO_LONG:
                return "Split the text into shorter cards or passages."
            case _:
                assert_never(self.code)


class SinkCode(StrEnum):
    NO_DEVICE = "no_device"
    NO_LIBRARY = "no_library"
    DEVICE_LOST = "device_lost"


class SinkError(_AudioError[SinkCode]):
    """No sound can be made this way. ``message`` names the backend and its own words."""

    @property
    def recovery(self) -> str:
        match self.code:
            case SinkCode.NO_DEVICE | SinkCode.DEVICE_LOST:
                return (
                    "Connect or start a sound device; playback goes on by itself when one is there."
                )
            case SinkCode.NO_LIBRARY:
                return "Install PortAudio (Debian: libportaudio2) or use the other audio backend."
            case _:
                assert_never(self.code)
