"""What every voice provider does, and what it gives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Sequence
    from datetime import datetime

    from recalliq_tui.domain.clips import ClipSpec


@dataclass(frozen=True, slots=True)
class WordTime:
    """When a word sounds: a range of code points in the spoken text, times in milliseconds."""

    char_from: int
    char_to: int
    ms_from: int
    ms_to: int


@dataclass(frozen=True, slots=True)
class Rendered:
    """A whole utterance as MP3 bytes. ``credits`` is ``None`` where the provider says nothing."""

    audio: bytes
    duration_ms: int
    characters: int
    words: tuple[WordTime, ...] = ()
    credits: float | None = None
    request_id: str | None = None


@dataclass(frozen=True, slots=True)
class VoiceInfo:
    """A voice that a provider offers. ``gone_at`` (UTC) warns that it will be withdrawn."""

    id: str
    name: str
    lang: str | None = None
    category: str | None = None
    preview: str | None = None
    gone_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Account:
    """What the provider says about the account; ``None`` where the key may not read it."""

    plan: str | None = None
    used: int | None = None
    limit: int | None = None
    resets_at: datetime | None = None


class Provider(Protocol):
    """One voice provider. All errors are :class:`~recalliq_tui.speech.errors.SpeechError`."""

    name: str

    async def render(self, spec: ClipSpec, *, urgent: bool = False) -> Rendered:
        """Return the whole utterance as MP3, with word times where the provider has them.

        ``urgent`` goes before requests that are not, where the provider works in an order.
        """
        ...

    def stream(self, spec: ClipSpec) -> AsyncGenerator[bytes]:
        """Yield MP3 bytes as they come; closing the generator cancels the request."""
        ...

    async def voices(self) -> Sequence[VoiceInfo]: ...

    async def account(self) -> Account | None:
        """Return quota and plan, or ``None`` for a provider that has neither."""
        ...

    async def aclose(self) -> None: ...
