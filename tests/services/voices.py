"""Voices that stream what and how a test says."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

from recalliq_tui.domain.clips import ClipSpec
from recalliq_tui.speech.protocol import Receipt, Rendered, SpeechStream
from tests.audio.arriving import an_mp3, pieces

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Sequence

    from recalliq_tui.speech.errors import SpeechError
    from recalliq_tui.speech.protocol import VoiceInfo

KBPS = 64


@cache
def clip(ms: int) -> bytes:
    return an_mp3(ms, kbps=KBPS)


def spec_of(text: str, lang: str | None) -> ClipSpec:
    return ClipSpec(text=text, provider="paid", voice="v", lang=lang, format="mp3_22050_64")


@dataclass
class StreamingVoice:
    """Delivers at ``speed`` times real time; waits at ``gate`` after ``before_gate`` pieces.

    ``errors`` maps a text to what is raised after so many pieces.
    """

    name: str = "paid"
    ms: int = 300
    speed: float = 50.0
    piece: int = 160
    answers: dict[str, bytes] = field(default_factory=dict)
    errors: dict[str, tuple[int, SpeechError]] = field(default_factory=dict)
    gate: asyncio.Event | None = None
    before_gate: int = 0
    asked: list[str] = field(default_factory=list)
    closed: list[str] = field(default_factory=list)
    """Texts whose stream ended, or was closed by the caller."""
    gave_up: list[str] = field(default_factory=list)

    def stream(self, spec: ClipSpec) -> SpeechStream:
        receipt = Receipt(credits=len(spec.text) / 2, request_id=f"r-{len(self.asked)}")
        return SpeechStream(self._pieces(spec), receipt)

    async def _pieces(self, spec: ClipSpec) -> AsyncGenerator[bytes]:
        self.asked.append(spec.text)
        after, error = self.errors.get(spec.text, (-1, None))
        audio = self.answers.get(spec.text, clip(self.ms))
        step = self.piece / (KBPS / 8 * 1_000) / self.speed
        try:
            for number, piece in enumerate(pieces(audio, self.piece)):
                if error is not None and number == after:
                    raise error
                if self.gate is not None and number == self.before_gate:
                    await self.gate.wait()
                yield piece
                await asyncio.sleep(step)
        except (asyncio.CancelledError, GeneratorExit):
            self.gave_up.append(spec.text)
            raise
        finally:
            self.closed.append(spec.text)

    async def render(self, spec: ClipSpec, *, urgent: bool = False) -> Rendered:
        async with aclosing(self.stream(spec)) as stream:
            audio = b"".join([piece async for piece in stream])
        return Rendered(audio, self.ms, len(spec.text))

    async def voices(self) -> Sequence[VoiceInfo]:
        return ()

    async def account(self) -> None:
        return None

    async def aclose(self) -> None:
        pass
