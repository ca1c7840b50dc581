"""What every voice provider does, and what it gives."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from types import TracebackType

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
    preview: str | None = field(default=None, repr=False)
    """Address of a recording, perhaps signed: not for logs."""
    gone_at: datetime | None = None
    owner: str | None = None
    """Public id of whoever shares the voice; ``None`` for one's own and the provider's."""


@dataclass(frozen=True, slots=True)
class Account:
    """What the provider says about the account; ``None`` where the key may not read it."""

    plan: str | None = None
    used: int | None = None
    limit: int | None = None
    resets_at: datetime | None = None


@dataclass(slots=True)
class Receipt:
    """What a provider says a call cost; filled in while the call runs.

    ``credits`` stays ``None`` where the provider says nothing. ``tries`` counts requests.
    """

    credits: float | None = None
    request_id: str | None = None
    tries: int = 0


class SpeechStream(AsyncGenerator[bytes, None]):
    """A stream of MP3 bytes that carries its receipt. Close it, or read it to its end."""

    def __init__(self, pieces: AsyncGenerator[bytes], receipt: Receipt) -> None:
        self._pieces = pieces
        self.receipt = receipt

    async def asend(self, value: None) -> bytes:
        return await self._pieces.asend(value)

    async def athrow(
        self,
        typ: type[BaseException] | BaseException,
        val: BaseException | object = None,
        tb: TracebackType | None = None,
    ) -> bytes:
        error = typ if isinstance(typ, BaseException) else typ() if val is None else val
        if not isinstance(error, BaseException):
            raise TypeError("only an exception can be thrown")
        return await self._pieces.athrow(error.with_traceback(tb) if tb is not None else error)

    async def aclose(self) -> None:
        await self._pieces.aclose()


class Provider(Protocol):
    """One voice provider. All errors are :class:`~recalliq_tui.speech.errors.SpeechError`."""

    name: str

    async def render(self, spec: ClipSpec, *, urgent: bool = False) -> Rendered:
        """Return the whole utterance as MP3, with word times where the provider has them.

        ``urgent`` goes before requests that are not, where the provider works in an order.
        """
        ...

    def stream(self, spec: ClipSpec) -> AsyncGenerator[bytes]:
        """Yield MP3 bytes as they come; closing the generator cancels the request.

        Where the provider knows the cost, the generator is a :class:`SpeechStream`.
        """
        ...

    async def voices(self) -> Sequence[VoiceInfo]: ...

    async def account(self) -> Account | None:
        """Return quota and plan, or ``None`` for a provider that has neither."""
        ...

    async def aclose(self) -> None: ...
