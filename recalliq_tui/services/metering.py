"""A voice provider that writes each call down, keeps to the budget and tells how it went."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from typing import TYPE_CHECKING, Protocol

from recalliq_tui.domain.ledger import Outcome, settle
from recalliq_tui.domain.voice import SpeechCode
from recalliq_tui.services.bookkeeping import Tag
from recalliq_tui.speech.errors import SpeechError
from recalliq_tui.speech.protocol import Receipt, SpeechStream

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Sequence

    from recalliq_tui.domain.clips import ClipSpec
    from recalliq_tui.domain.ledger import Purpose, Settled
    from recalliq_tui.speech.protocol import Account, Provider, Rendered, VoiceInfo


class Books(Protocol):
    """Where calls are written down; see :class:`~recalliq_tui.services.bookkeeping.Bookkeeper`."""

    async def begin(self, spec: ClipSpec, tag: Tag) -> int: ...

    def settle(self, number: int, settled: Settled) -> None: ...


class Gate(Protocol):
    """Knows whether a voice may be asked, and hears how each call went. Never waits."""

    def check(self, spec: ClipSpec) -> None:
        """Raise :class:`SpeechError` where a call would be pointless or forbidden."""
        ...

    def worked(self, spec: ClipSpec, credits: float | None = None) -> None: ...  # noqa: A002

    def failed(self, spec: ClipSpec, error: SpeechError) -> None: ...


class MeteredProvider:
    """A provider whose calls cost something.

    Each call is asked of the gate, written down, made, and completed in the ledger; a call that
    either refuses is never made. It retries nothing. Cancelling or closing a call completes its
    row at once; a kill leaves it open, to be found as ``unknown``.
    """

    def __init__(
        self, provider: Provider, books: Books, gate: Gate | None = None, *, tag: Tag | None = None
    ) -> None:
        self.name = provider.name
        self._provider = provider
        self._books = books
        self._gate = gate
        self._tag = tag or Tag()

    def tagged(self, purpose: Purpose, deck: str | None = None) -> MeteredProvider:
        """Return the same provider with its calls written down for a purpose and a deck's id."""
        return MeteredProvider(self._provider, self._books, self._gate, tag=Tag(purpose, deck))

    async def render(self, spec: ClipSpec, *, urgent: bool = False) -> Rendered:
        """Do as :meth:`Provider.render`; also raises :class:`SpeechError` (budget reached)."""
        number = await self._begin(spec)
        outcome: Outcome | SpeechCode = Outcome.UNKNOWN
        receipt = Receipt()
        heard = False
        try:
            rendered = await self._provider.render(spec, urgent=urgent)
        except SpeechError as error:
            outcome, heard = error.code, error.received > 0
            receipt.request_id = error.request_id
            self._failed(spec, error)
            raise
        except asyncio.CancelledError:
            outcome = Outcome.CANCELLED
            raise
        else:
            outcome, heard = Outcome.OK, True
            receipt = Receipt(rendered.credits, rendered.request_id)
            self._worked(spec, receipt)
            return rendered
        finally:
            self._settle(number, spec, outcome, heard=heard, receipt=receipt)

    def stream(self, spec: ClipSpec) -> SpeechStream:
        """Do as :meth:`Provider.stream`; also raises :class:`SpeechError` (budget reached)."""
        pieces = self._provider.stream(spec)
        receipt = pieces.receipt if isinstance(pieces, SpeechStream) else Receipt()
        return SpeechStream(self._metered(spec, pieces, receipt), receipt)

    async def _metered(
        self, spec: ClipSpec, pieces: AsyncGenerator[bytes], receipt: Receipt
    ) -> AsyncGenerator[bytes]:
        number = await self._begin(spec)
        outcome: Outcome | SpeechCode = Outcome.UNKNOWN
        heard = False
        try:
            async with aclosing(pieces):
                async for piece in pieces:
                    if piece and not heard:
                        heard = True
                        self._worked(spec, receipt)
                    yield piece
            if not heard and spec.text.strip():
                raise SpeechError(  # noqa: TRY301  (the same path as the provider's own)
                    SpeechCode.PROVIDER_ERROR, "the answer held no audio"
                )
            outcome = Outcome.OK
        except SpeechError as error:
            outcome = error.code
            receipt.request_id = receipt.request_id or error.request_id
            heard = heard or error.received > 0
            self._failed(spec, error)
            raise
        except (asyncio.CancelledError, GeneratorExit):
            outcome = Outcome.CANCELLED
            raise
        finally:
            self._settle(number, spec, outcome, heard=heard, receipt=receipt)

    async def voices(self) -> Sequence[VoiceInfo]:
        return await self._provider.voices()

    async def account(self) -> Account | None:
        return await self._provider.account()

    async def aclose(self) -> None:
        await self._provider.aclose()

    async def _begin(self, spec: ClipSpec) -> int:
        if self._gate is not None:
            self._gate.check(spec)
        try:
            return await self._books.begin(spec, self._tag)
        except SpeechError as error:
            self._failed(spec, error)
            raise

    def _settle(
        self,
        number: int,
        spec: ClipSpec,
        outcome: Outcome | SpeechCode,
        *,
        heard: bool,
        receipt: Receipt,
    ) -> None:
        self._books.settle(
            number,
            settle(
                outcome,
                characters=len(spec.text),
                heard=heard,
                credits=receipt.credits,
                request_id=receipt.request_id,
            ),
        )

    def _worked(self, spec: ClipSpec, receipt: Receipt) -> None:
        if self._gate is not None:
            self._gate.worked(spec, receipt.credits)

    def _failed(self, spec: ClipSpec, error: SpeechError) -> None:
        if self._gate is not None:
            self._gate.failed(spec, error)
