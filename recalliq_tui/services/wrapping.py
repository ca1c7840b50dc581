"""What a voice provider around another one leaves as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from recalliq_tui.speech.protocol import Receipt, SpeechStream

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Sequence

    from recalliq_tui.domain.clips import ClipSpec
    from recalliq_tui.speech.protocol import Account, Provider, VoiceInfo


class WrappedProvider:
    """Passes on what isn't speech; the wrapper has its own ``render`` and ``stream``."""

    def __init__(self, provider: Provider) -> None:
        self.name = provider.name
        self._provider = provider

    async def voices(self) -> Sequence[VoiceInfo]:
        return await self._provider.voices()

    async def account(self) -> Account | None:
        return await self._provider.account()

    async def aclose(self) -> None:
        await self._provider.aclose()

    def _open(self, spec: ClipSpec) -> tuple[AsyncGenerator[bytes], Receipt]:
        """The wrapped provider's stream, with the receipt that it fills where it has one."""
        pieces = self._provider.stream(spec)
        return pieces, pieces.receipt if isinstance(pieces, SpeechStream) else Receipt()
