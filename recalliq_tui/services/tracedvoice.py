"""A voice provider whose calls are written to the trace: clip keys and codes, never text."""

from __future__ import annotations

import asyncio
import time
from contextlib import aclosing
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from recalliq_tui.services.wrapping import WrappedProvider
from recalliq_tui.speech.errors import SpeechError
from recalliq_tui.speech.protocol import SpeechStream

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from recalliq_tui.domain.clips import ClipSpec
    from recalliq_tui.services.tracing import TraceFile
    from recalliq_tui.speech.protocol import Provider, Rendered


class Where(StrEnum):
    """Where in the row of wrappers this one stands, by the event with which a call begins."""

    ASKED = "speech_asked"
    """Outermost: what the program wants."""
    SENT = "speech_sent"
    """Innermost: each request that leaves."""


_ENDS: Final = {
    Where.ASKED: {
        "whole": "speech_done",
        "failed": "speech_given_up",
        "left": "speech_cancelled",
    },
    Where.SENT: {
        "whole": "speech_received",
        "failed": "speech_failed",
        "left": "speech_broken_off",
    },
}


@dataclass(slots=True)
class _Call:
    """One call under way; ``began`` is on the monotonic clock."""

    writer: TraceFile
    where: Where
    key: str
    began: float

    def note(self, ev: str, *, code: str | None = None, state: str | None = None) -> None:
        taken = None if ev == self.where else round((time.monotonic() - self.began) * 1000)
        self.writer.note(ev, clip_key=self.key, dur_ms=taken, code=code, state=state)

    def end(self, how: str, *, code: str | None = None) -> None:
        self.note(_ENDS[self.where][how], code=code)


class TracedProvider(WrappedProvider):
    """Does as the provider that it wraps, and writes down when and how it went."""

    def __init__(self, provider: Provider, writer: TraceFile, where: Where) -> None:
        super().__init__(provider)
        self._writer = writer
        self._where = where

    async def render(self, spec: ClipSpec, *, urgent: bool = False) -> Rendered:
        call = self._begin(spec, "render")
        try:
            rendered = await self._provider.render(spec, urgent=urgent)
        except SpeechError as error:
            call.end("failed", code=error.code.value)
            raise
        except asyncio.CancelledError:
            call.end("left")
            raise
        call.end("whole")
        return rendered

    def stream(self, spec: ClipSpec) -> SpeechStream:
        pieces, receipt = self._open(spec)
        return SpeechStream(self._traced(spec, pieces), receipt)

    async def _traced(self, spec: ClipSpec, pieces: AsyncGenerator[bytes]) -> AsyncGenerator[bytes]:
        call = self._begin(spec, "stream")
        came = False
        try:
            async with aclosing(pieces):
                async for piece in pieces:
                    if piece and not came:
                        came = True
                        if self._where is Where.SENT:
                            call.note("speech_bytes")
                    yield piece
        except SpeechError as error:
            call.end("failed", code=error.code.value)
            raise
        except (asyncio.CancelledError, GeneratorExit):
            call.end("left")
            raise
        call.end("whole")

    def _begin(self, spec: ClipSpec, how: str) -> _Call:
        call = _Call(self._writer, self._where, spec.key, time.monotonic())
        call.note(self._where.value, state=how)
        return call
