"""Voices, why speech fails, and the one value that says how the voice is doing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import datetime


FREE: Final = frozenset({"espeak"})
"""Providers that cost nothing, whatever they say."""


class SpeechCode(StrEnum):
    """Why a voice could not speak. Each has exactly one recovery path."""

    NOT_CONFIGURED = "not_configured"
    QUOTA_EXCEEDED = "quota_exceeded"
    RATE_LIMITED = "rate_limited"
    NETWORK_ERROR = "network_error"
    PROVIDER_ERROR = "provider_error"
    VOICE_UNAVAILABLE = "voice_unavailable"
    PLAN_REQUIRED = "plan_required"
    ACCOUNT_BLOCKED = "account_blocked"
    BAD_INPUT = "bad_input"
    BUDGET_REACHED = "budget_reached"


@dataclass(frozen=True, slots=True)
class VoiceRef:
    """A voice as written in a config or deck: ``provider:voice[@model]``."""

    provider: str
    voice: str
    model: str | None = None

    def __str__(self) -> str:
        return f"{self.provider}:{self.voice}" + (f"@{self.model}" if self.model else "")


_VOICE: Final = r"(?P<provider>[a-z]+):(?P<voice>[^@\s]{1,128})(?:@(?P<model>\S{1,128}))?\Z"


def parse_voice(text: str) -> VoiceRef | None:
    """Read ``provider:voice[@model]``; ``None`` where the text is not of that form."""
    match = re.match(_VOICE, text.strip())
    return VoiceRef(match["provider"], match["voice"], match["model"]) if match else None


OFFLINE_VOICE: Final = "offline voice"
"""What the local voice is called where it stands in for another."""


class VoiceState(StrEnum):
    CHECKING = "checking"
    READY = "ready"
    OFFLINE_VOICE = "offline_voice"
    RATE_LIMITED = "rate_limited"
    QUOTA = "quota"
    OFFLINE = "offline"
    NOT_CONFIGURED = "not_configured"
    VOICE_GONE = "voice_gone"
    PLAN = "plan"
    BLOCKED = "blocked"
    BUDGET = "budget"
    FAILED = "failed"
    """The voice engine itself fails (a crash, a missing library)."""


@dataclass(frozen=True, slots=True)
class VoiceHealth:
    """How the voice is doing, as every screen shows it. ``until`` is UTC where it is known."""

    state: VoiceState
    voice: str = ""
    until: datetime | None = None
    message: str = ""


class AudioState(StrEnum):
    """How the audio of one side of a card is doing."""

    CACHED = "cached"
    FETCHING = "fetching"
    MISSING = "missing"
    STALE = "stale"
    DAMAGED = "damaged"
    BLOCKED = "blocked"
    MUTED = "muted"
    NO_DEVICE = "no_device"
    PLAYING = "playing"
    SILENT = "silent"
    """Nothing to say: the side holds no speakable text."""
