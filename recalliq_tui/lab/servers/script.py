"""What a server does: one reply after the other, then the same for ever."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from recalliq_tui.lab.servers.faults import Refusal, Wire


@dataclass(frozen=True, slots=True)
class Speak:
    """Answers with audio. ``latency`` in seconds comes before the first byte.

    ``pace`` delivers at that multiple of real time, ``None`` at once. ``chunk`` is the size of a
    piece in bytes. ``chunked`` is false for a body with a length.
    """

    latency: float = 0.0
    pace: float | None = None
    chunk: int = 2048
    chunked: bool = True


@dataclass(frozen=True, slots=True)
class Refuse:
    """Answers with an error in the format of whoever is asked."""

    what: Callable[[Wire], Refusal]


@dataclass(frozen=True, slots=True)
class Nothing:
    """Answers 200 with audio of no bytes."""


@dataclass(frozen=True, slots=True)
class Stall:
    """Falls silent after ``after`` bytes of audio and stays so; with -1 before the headers."""

    after: int = 4096


@dataclass(frozen=True, slots=True)
class Cut:
    """Breaks the connection after ``after`` bytes of audio; with -1 before the headers."""

    after: int = 4096


Reply = Speak | Refuse | Nothing | Stall | Cut


@dataclass(frozen=True, slots=True)
class FakeVoice:
    """A voice of the server. ``disable_at`` is in seconds since 1970."""

    id: str
    name: str = "Ada"
    category: str = "professional"
    lang: str = "en"
    disable_at: int | None = None


DEFAULT_VOICES = (
    FakeVoice("voiceA1", "Ada"),
    FakeVoice("voiceB2", "Ben", "premade"),
    FakeVoice("voiceC3", "Cleo", "professional", "es", disable_at=1_798_761_600),
)
PERMISSIONS = frozenset({"text_to_speech", "user_read", "voices_read", "models_read"})


@dataclass(frozen=True, slots=True)
class Script:
    """What a server does when it is asked.

    ``replies`` are used up by requests for speech in their order, ``then`` answers all others.
    Before them come the rules that a provider keeps to by itself: ``key`` (``None`` takes any),
    ``permissions``, the ``voices`` there are, ``max_characters`` of a text, ``credits`` that are
    left (``None`` is no end; 1 credit a character, flash models half), ``max_in_flight`` and
    ``max_starts`` in a sliding second. ``quota_shape`` is 401 or 402. ``resets_at`` is in seconds
    since 1970. ``alignment`` is ``good``, ``missing``, ``late``, ``other`` or ``backwards``.
    """

    replies: tuple[Reply, ...] = ()
    then: Reply = field(default_factory=Speak)
    key: str | None = None
    permissions: frozenset[str] = PERMISSIONS
    voices: tuple[FakeVoice, ...] = DEFAULT_VOICES
    max_characters: int = 10_000
    credits: int | None = None
    credit_limit: int = 10_000
    quota_shape: int = 401
    plan: str = "creator"
    resets_at: int | None = 1_798_761_600
    max_in_flight: int | None = None
    max_starts: int | None = None
    alignment: str = "good"
