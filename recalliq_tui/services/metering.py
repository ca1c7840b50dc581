"""A voice provider that writes each call down and keeps to the budget."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from recalliq_tui.domain.ledger import Outcome, settle
from recalliq_tui.domain.voice import SpeechCode
from recalliq_tui.services.bookkeeping import Tag
from recalliq_tui.services.guarding import GuardedProvider
from recalliq_tui.services.wrapping import WrappedProvider
from recalliq_tui.speech.errors import SpeechError
from recalliq_tui.speech.protocol import Receipt, SpeechStream

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable

    from recalliq_tui.domain.clips import ClipSpec
    from recalliq_tui.domain.ledger import Purpose, Settled
    from recalliq_tui.services.guarding import Gate
    from recalliq_tui.speech.protocol import Provider, Rendered


class Books(Protocol):
    """Where calls are written down; see :class:`~recalliq_tui.services.bookkeeping.Bookkeeper`."""

    async def begin(self, spec: ClipSpec, tag: Tag) -> int: ...

    def settle(self, number: int, settled: Settled) -> None: ...


@dataclass(frozen=True, slots=True)
class PaidVoice:
    """A provider that costs something, with all that stands before it.

    ``retrying`` wraps a provider in the patience of its recovery table: each try is a row of its
    own, while the gate hears only how it ended.
    """

    provider: Provider
    books: Books
    gate: Gate
    retrying: Callable[[Provider], Provider] = lambda provider: provider

    def tagged(self, purpose: Purpose, deck: str | None = None) -> GuardedProvider:
        """Return the provider for calls of a purpose, and for a deck's id where there is one."""
        metered = MeteredProvider(self.provider, self.books, Tag(purpose, deck))
        return GuardedProvider(self.retrying(metered), self.gate)


class MeteredProvider(WrappedProvider):
    """A provider whose calls are written down before they are made, and completed after.

    A call that the books refuse is never made. Nothing is retried here. Cancelling or closing a
    call completes its row at once; a kill leaves it open, to be found as ``unknown``.
    """

    def __init__(self, provider: Provider, books: Books, tag: Tag | None = None) -> None:
        super().__init__(provider)
        self._books = books
        self._tag = tag or Tag()

    async def render(self, spec: ClipSpec, *, urgent: bool = False) -> Rendered:
        """Do as :meth:`Provider.render`; also raises :class:`SpeechError` (budget reached)."""
        number = await self._books.begin(spec, self._tag)
        outcome: Outcome | SpeechCode = Outcome.UNKNOWN
        receipt = Receipt()
        heard = False
        try:
            rendered = await self._provider.render(spec, urgent=urgent)
        except SpeechError as error:
            outcome, heard = error.code, error.received > 0
            receipt.request_id = error.request_id
            raise
        except asyncio.CancelledError:
            outcome = Outcome.CANCELLED
            raise
        else:
            outcome, heard = Outcome.OK, True
            receipt = Receipt(rendered.credits, rendered.request_id)
            return rendered
        finally:
            self._settle(number, spec, outcome, heard=heard, receipt=receipt)

    def stream(self, spec: ClipSpec) -> SpeechStream:
        """Do as :meth:`Provider.stream`; also raises :class:`SpeechError` (budget reached)."""
        pieces, receipt = self._open(spec)
        return SpeechStream(self._metered(spec, pieces, receipt), receipt)

    async def _metered(
        self, spec: ClipSpec, pieces: AsyncGenerator[bytes], receipt: Receipt
    ) -> AsyncGenerator[bytes]:
        number = await self._books.begin(spec, self._tag)
        outcome: Outcome | SpeechCode = Outcome.UNKNOWN
        heard = False
        try:
            async with aclosing(pieces):
                async for piece in pieces:
                    heard = heard or bool(piece)
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
            raise
        except (asyncio.CancelledError, GeneratorExit):
            outcome = Outcome.CANCELLED
            raise
        finally:
            self._settle(number, spec, outcome, heard=heard, receipt=receipt)

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
