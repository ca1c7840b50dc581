"""The local voice behind the provider protocol."""

from __future__ import annotations

from contextlib import aclosing
from typing import TYPE_CHECKING, Final

from recalliq_tui.domain.voice import SpeechCode
from recalliq_tui.speech.errors import SpeechError
from recalliq_tui.speech.espeak.jobs import Lane
from recalliq_tui.speech.espeak.options import options_of
from recalliq_tui.speech.espeak.process import CHILD
from recalliq_tui.speech.espeak.text import engine_text
from recalliq_tui.speech.espeak.words import word_times
from recalliq_tui.speech.espeak.worker import VoiceWorker
from recalliq_tui.speech.mp3 import duration_ms
from recalliq_tui.speech.protocol import Rendered, VoiceInfo

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Sequence

    from recalliq_tui.domain.clips import ClipSpec
    from recalliq_tui.speech.espeak.jobs import Answer

ENCODER_DELAY_MS: Final = 50
"""Silence before the first sample: 576 samples of the encoder and 529 of the decoder."""


class EspeakProvider:
    """eSpeak NG in a process of its own: free, offline, over a hundred languages.

    The process starts with the first request and is started again after a fault, at most every
    ``backoff`` seconds, doubled with each fault in a row up to two. A request that gets nothing
    for ``stall_limit`` seconds fails with ``provider_error``; the next one finds a new process.
    Requests are served one by one, urgent ones first. Belongs to one event loop.
    """

    name: str = "espeak"

    def __init__(
        self, *, stall_limit: float = 8.0, backoff: float = 0.1, module: str = CHILD
    ) -> None:
        self.worker = VoiceWorker(stall_limit=stall_limit, backoff=backoff, module=module)

    @property
    def version(self) -> str:
        """The engine's version, empty before it has started."""
        child = self.worker.child
        return child.version if child is not None else ""

    @property
    def pid(self) -> int | None:
        """Process id of the voice process while one runs."""
        child = self.worker.child
        return child.pid if child is not None and child.alive else None

    async def warm(self) -> None:
        """Start the process ahead of the first request; a failure waits for that request."""
        self.worker.warm()

    async def render(self, spec: ClipSpec, *, urgent: bool = False) -> Rendered:
        """Return the whole utterance. ``urgent`` goes before all that is not."""
        audio = bytearray()
        events: object = []
        lane = Lane.URGENT if urgent else Lane.BACKGROUND
        async with aclosing(self._speak(spec, lane)) as answers:
            async for answer in answers:
                audio += answer.body
                events = answer.header.get("events", [])
        whole = bytes(audio)
        length = duration_ms(whole)
        if length == 0:
            raise SpeechError(SpeechCode.PROVIDER_ERROR, "the local voice gave no audio")
        words = word_times(spec.text, _events(events), delay_ms=ENCODER_DELAY_MS, end_ms=length)
        return Rendered(whole, length, len(spec.text), words, credits=0.0)

    async def stream(self, spec: ClipSpec) -> AsyncGenerator[bytes]:
        """Yield MP3 as it is made, before background rendering. Closing it cancels."""
        async with aclosing(self._speak(spec, Lane.URGENT)) as answers:
            async for answer in answers:
                if answer.body:
                    yield answer.body

    async def voices(self) -> Sequence[VoiceInfo]:
        found: list[VoiceInfo] = []
        async with aclosing(self.worker.ask({"op": "voices"}, lane=Lane.URGENT)) as answers:
            async for answer in answers:
                found = _voices(answer.header.get("voices"))
        return found

    async def account(self) -> None:
        """There is no account: the local voice is free."""

    async def aclose(self) -> None:
        """Stop all requests and end the process. Safe to call twice."""
        await self.worker.aclose()

    def _speak(self, spec: ClipSpec, lane: Lane) -> AsyncGenerator[Answer]:
        options = options_of(spec)
        header = {
            "op": "speak",
            "voice": options.voice,
            "wpm": options.wpm,
            "pitch": options.pitch,
            "phonemes": options.phonemes,
            "kbps": options.kbps,
        }
        text = engine_text(options.text, phonemes=options.phonemes)
        return self.worker.ask(header, text.encode(), lane=lane)


def _events(raw: object) -> list[list[int]]:
    """Read the process's list of ``[type, position, length, ms]``."""
    return [
        item
        for item in (raw if isinstance(raw, list) else [])
        if isinstance(item, list) and len(item) == 4 and all(isinstance(n, int) for n in item)  # noqa: PLR2004
    ]


def _voices(raw: object) -> list[VoiceInfo]:
    """Read the process's list of ``{"id", "name", "languages"}``."""
    found = []
    for item in raw if isinstance(raw, list) else []:
        if isinstance(item, dict) and isinstance(item.get("languages"), list):
            languages = [str(code) for code in item["languages"]]
            found.append(
                VoiceInfo(
                    id=str(item.get("id")),
                    name=str(item.get("name")),
                    lang=languages[0] if languages else None,
                    category="local",
                )
            )
    return found
