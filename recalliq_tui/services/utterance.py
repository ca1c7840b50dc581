"""One live utterance: what is asked for, what has come of it, and how it ended."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from recalliq_tui.audio.pcmstream import PcmStream

if TYPE_CHECKING:
    from recalliq_tui.domain.clips import ClipSpec
    from recalliq_tui.speech.errors import SpeechError


class Ending(StrEnum):
    """How an utterance ended for the ear."""

    HEARD = "heard"
    """Whole."""
    FAILED = "failed"
    """The voice failed, perhaps after a part was heard: ``error`` says why."""
    CANCELLED = "cancelled"
    """Somebody moved on."""
    MUTED = "muted"
    NO_DEVICE = "no_device"
    DEVICE_LOST = "device_lost"


@dataclass(frozen=True, slots=True)
class Spoken:
    """What came of one utterance. Times are monotonic seconds, ``None`` for what never came.

    ``credits`` is what this call cost: 0 from the cache, ``None`` where nobody says. ``kept``
    says whether the cache has it now. ``message`` explains a device's failure.
    """

    ending: Ending
    spec: ClipSpec | None = None
    error: SpeechError | None = None
    message: str = ""
    cached: bool = False
    kept: bool = False
    audio: bytes = field(default=b"", repr=False)
    credits: float | None = 0.0
    duration_ms: int = 0
    requested: float = 0.0
    first_byte: float | None = None
    first_sound: float | None = None

    @property
    def code(self) -> str | None:
        """``None`` when all was heard, else the error's code or how it ended."""
        if self.ending is Ending.HEARD:
            return None
        return self.error.code.value if self.error is not None else self.ending.value


@dataclass(eq=False, slots=True)
class Utterance:
    """A request that is under way. Belongs to one event loop; made by ``LiveVoice.request``."""

    text: str
    lang: str | None
    purpose: str
    pinned: bool
    requested: float
    loop: asyncio.AbstractEventLoop
    source: PcmStream = field(init=False)
    spec: ClipSpec | None = None
    task: asyncio.Task[None] | None = None
    error: SpeechError | None = None
    audio: bytes = field(default=b"", repr=False)
    received: bool = False
    cancelled: bool = False
    cached: bool = False
    kept: bool = False
    credits: float | None = 0.0
    first_byte: float | None = None
    named: asyncio.Event = field(default_factory=asyncio.Event)
    """Set once ``spec`` or ``error`` is known."""

    def __post_init__(self) -> None:
        self.source = PcmStream(on_cut=self._cut)

    def cancel(self) -> None:
        """Give the request up, unless all of it is here: what was paid for is kept."""
        self.cancelled = True
        self.source.cut()
        if self.task is not None and not self.received:
            self.task.cancel()

    async def fetched(self) -> Spoken:
        """Wait until all of it has come, without playing it."""
        if self.task is not None:
            await asyncio.gather(self.task, return_exceptions=True)
        if self.error is not None:
            return self.result(Ending.FAILED)
        return self.result(Ending.HEARD if self.received else Ending.CANCELLED)

    def result(
        self, ending: Ending, *, first_sound: float | None = None, message: str = ""
    ) -> Spoken:
        return Spoken(
            ending,
            spec=self.spec,
            error=self.error,
            message=message,
            cached=self.cached,
            kept=self.kept,
            audio=self.audio,
            credits=self.credits,
            duration_ms=self.source.duration_ms,
            requested=self.requested,
            first_byte=self.first_byte,
            first_sound=first_sound,
        )

    def _cut(self) -> None:
        """The player dropped it, from whatever thread."""
        if not self.cancelled and not self.loop.is_closed():
            self.loop.call_soon_threadsafe(self.cancel)
