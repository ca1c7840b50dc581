"""A voice that costs something, and the books it is written into, for tests."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from recalliq_tui.domain.clips import ClipSpec
from recalliq_tui.domain.pricing import PriceList
from recalliq_tui.services.bookkeeping import Bookkeeper
from recalliq_tui.services.calendar import Calendar
from recalliq_tui.speech.errors import SpeechError
from recalliq_tui.speech.protocol import Receipt, Rendered, SpeechStream
from recalliq_tui.store.ledger import Ledger

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Sequence
    from pathlib import Path

    from recalliq_tui.speech.protocol import Account, VoiceInfo
    from tests.clock import Clock

PRICES = PriceList("EUR", "2026-11", {"elevenlabs": 0.2}, {"openai": 0.01})
CHUNKS = (b"one", b"two", b"three")


def spec(
    text: str = "hello", *, provider: str = "elevenlabs", model: str | None = None
) -> ClipSpec:
    return ClipSpec(text=text, provider=provider, voice="abc", model=model)


@dataclass
class PaidVoice:
    """Says what it is told, in order: an error, or sound. ``asked`` are the requests it got.

    An error comes after ``heard`` chunks. ``gate`` holds it back once it was asked.
    """

    name: str = "elevenlabs"
    script: deque[SpeechError | None] = field(default_factory=deque)
    heard: int = 0
    asked: list[str] = field(default_factory=list)
    gate: asyncio.Event | None = None
    busy: asyncio.Event = field(default_factory=asyncio.Event)
    credits: float | None = 4.0
    chunks: Sequence[bytes] = CHUNKS
    standing: Account | SpeechError | None = None
    probes: int = 0

    async def _ask(self, text: str) -> SpeechError | None:
        self.asked.append(text)
        self.busy.set()
        if self.gate is not None:
            await self.gate.wait()
        return self.script.popleft() if self.script else None

    async def render(self, spec: ClipSpec, *, urgent: bool = False) -> Rendered:
        error = await self._ask(spec.text)
        if error is not None:
            raise error
        return Rendered(b"".join(self.chunks), 900, len(spec.text), (), self.credits, "req-1")

    def stream(self, spec: ClipSpec) -> SpeechStream:
        receipt = Receipt()
        return SpeechStream(self._pieces(spec, receipt), receipt)

    async def _pieces(self, spec: ClipSpec, receipt: Receipt) -> AsyncGenerator[bytes]:
        error = await self._ask(spec.text)
        if error is not None and not self.heard:
            raise error
        receipt.credits, receipt.request_id = self.credits, "req-1"
        for number, chunk in enumerate(self.chunks):
            if error is not None and number == self.heard:
                raise error
            yield chunk

    async def voices(self) -> Sequence[VoiceInfo]:
        return ()

    async def account(self) -> Account | None:
        self.probes += 1
        if isinstance(self.standing, SpeechError):
            raise self.standing
        return self.standing

    async def aclose(self) -> None:
        return None


def keeper(
    path: Path, clock: Clock, *, cap: int = 0, on_used: Callable[[int], None] | None = None
) -> Bookkeeper:
    return Bookkeeper(
        lambda: Ledger.open(path, clock=clock),
        calendar=Calendar(clock=clock),
        prices=PRICES,
        cap=cap,
        on_used=on_used or (lambda _used: None),
    )
