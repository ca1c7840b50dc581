"""What happened to the sound, for the screen and for the trace."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar


class FailCode(StrEnum):
    """Why a clip that was asked for didn't sound, or not whole."""

    NO_DEVICE = "no_device"
    DEVICE_LOST = "device_lost"
    MUTED = "muted"
    NO_SOUND = "no_sound"
    """A stream ended before anything of it could be heard."""
    BROKEN = "broken"
    """A stream ended too early; what had arrived was heard."""


class CutCause(StrEnum):
    """Who ended a clip before its end."""

    STOPPED = "stopped"
    REPLACED = "replaced"
    MUTED = "muted"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaybackEvent:
    """``t_ms`` is monotonic since the player was made; ``seq`` counts without gaps."""

    ev: ClassVar[str]
    t_ms: float
    seq: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ClipEvent(PlaybackEvent):
    """``duration_ms`` of a clip that still arrives is what has arrived."""

    key: str
    duration_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Requested(ClipEvent):
    ev: ClassVar[str] = "requested"


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstFrame(ClipEvent):
    """The device took the clip's first frames."""

    ev: ClassVar[str] = "first_frame"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended(ClipEvent):
    """The clip's last sample has sounded."""

    ev: ClassVar[str] = "ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class Starved(ClipEvent):
    """What arrives didn't come in time: silence from ``position_ms`` on."""

    ev: ClassVar[str] = "starved"
    position_ms: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Flowing(ClipEvent):
    """A starved clip goes on."""

    ev: ClassVar[str] = "flowing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Paused(ClipEvent):
    ev: ClassVar[str] = "paused"
    position_ms: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Resumed(ClipEvent):
    """It goes on, from a little before where it was paused."""

    ev: ClassVar[str] = "resumed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut(ClipEvent):
    ev: ClassVar[str] = "cut"
    position_ms: float
    cause: CutCause


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed(ClipEvent):
    ev: ClassVar[str] = "failed"
    code: FailCode
    message: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceReady(PlaybackEvent):
    """The device was opened for the first time."""

    ev: ClassVar[str] = "device_ready"
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceMissing(PlaybackEvent):
    """There was no device at the first try; the player goes on looking."""

    ev: ClassVar[str] = "device_missing"
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceLost(PlaybackEvent):
    ev: ClassVar[str] = "device_lost"
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceBack(PlaybackEvent):
    ev: ClassVar[str] = "device_back"
    label: str
