"""A voice provider that asks first whether it may be asked, and tells how it went."""

from __future__ import annotations

from contextlib import aclosing
from typing import TYPE_CHECKING, Protocol

from recalliq_tui.services.wrapping import WrappedProvider
from recalliq_tui.speech.errors import SpeechError
from recalliq_tui.speech.protocol import Receipt, SpeechStream

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from recalliq_tui.domain.clips import ClipSpec
    from recalliq_tui.speech.protocol import Provider, Rendered


class Gate(Protocol):
    """Knows whether a voice may be asked, and hears how each call went. Never waits.

    See :class:`~recalliq_tui.services.voicehealth.HealthKeeper`.
    """

    def check(self, spec: ClipSpec) -> None:
        """Raise :class:`SpeechError` where a call would be pointless or forbidden."""
        ...

    def worked(self, spec: ClipSpec, credits: float | None = None) -> None: ...  # noqa: A002

    def failed(self, spec: ClipSpec, error: SpeechError) -> None: ...


class GuardedProvider(WrappedProvider):
    """A provider behind a gate: what the gate refuses is never asked.

    It stands outside of retries: the gate hears how a call ended, not of each try.
    """

    def __init__(self, provider: Provider, gate: Gate) -> None:
        super().__init__(provider)
        self._gate = gate

    async def render(self, spec: ClipSpec, *, urgent: bool = False) -> Rendered:
        """Do as :meth:`Provider.render`; also raises what the gate refuses with."""
        self._gate.check(spec)
        try:
            rendered = await self._provider.render(spec, urgent=urgent)
        except SpeechError as error:
            self._gate.failed(spec, error)
            raise
        self._gate.worked(spec, rendered.credits)
        return rendered

    def stream(self, spec: ClipSpec) -> SpeechStream:
        """Do as :meth:`Provider.stream`; also raises what the gate refuses with."""
        pieces, receipt = self._open(spec)
        return SpeechStream(self._guarded(spec, pieces, receipt), receipt)

    async def _guarded(
        self, spec: ClipSpec, pieces: AsyncGenerator[bytes], receipt: Receipt
    ) -> AsyncGenerator[bytes]:
        self._gate.check(spec)
        heard = False
        try:
            async with aclosing(pieces):
                async for piece in pieces:
                    if piece and not heard:
                        heard = True
                        self._gate.worked(spec, receipt.credits)
                    yield piece
        except SpeechError as error:
            self._gate.failed(spec, error)
            raise
