"""Says feedback sentence by sentence: while one plays, the next one is asked for.

The text is on the screen already: whatever fails here leaves it there.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from recalliq_tui.domain.ledger import Purpose
from recalliq_tui.domain.sentences import sentences
from recalliq_tui.domain.voice import SpeechCode
from recalliq_tui.services.utterance import Ending, Spoken

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from recalliq_tui.services.live import LiveVoice
    from recalliq_tui.services.utterance import Utterance
    from recalliq_tui.speech.errors import SpeechError

_LOG: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class FeedbackResult:
    """How many of the sentences were heard whole, and what ended it early."""

    total: int
    heard: int
    ending: Ending
    error: SpeechError | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """Which sentence is heard now, counted from 0."""

    index: int
    total: int
    text: str


class Feedback:
    """One feedback at a time; a new one replaces the old. Belongs to one event loop.

    ``on_failure`` is told of each error of the voice, for its health; ``on_sentence`` which
    sentence begins, and ``None`` after the last.
    """

    def __init__(
        self,
        live: LiveVoice,
        *,
        on_failure: Callable[[SpeechError], None] | None = None,
        on_sentence: Callable[[Said | None], None] | None = None,
    ) -> None:
        self._live = live
        self._on_failure = on_failure or (lambda _error: None)
        self._on_sentence = on_sentence or (lambda _said: None)
        self._task: asyncio.Task[FeedbackResult] | None = None

    @property
    def speaking(self) -> bool:
        return self._task is not None and not self._task.done()

    def say(
        self,
        said: str | Sequence[str],
        *,
        lang: str | None = None,
        purpose: Purpose = Purpose.FEEDBACK,
    ) -> asyncio.Task[FeedbackResult]:
        """Say a text, or sentences that are cut already. Returns at once."""
        self.stop()
        texts = [said] if isinstance(said, str) else list(said)
        pieces = [piece for text in texts for piece in sentences(text, lang)]
        self._task = asyncio.get_running_loop().create_task(
            self._say(pieces, lang=lang, purpose=purpose), name="feedback"
        )
        return self._task

    def stop(self) -> None:
        """Fall silent and ask for no more, now: for every key that moves on."""
        task, self._task = self._task, None
        if task is None or task.done():
            return
        self._live.stop()
        task.cancel()

    async def _say(
        self, pieces: Sequence[str], *, lang: str | None, purpose: Purpose
    ) -> FeedbackResult:
        total, heard = len(pieces), 0
        refused = self._live.refusal()
        if refused is not None or not pieces:
            return FeedbackResult(total, 0, refused or Ending.HEARD)

        asked: dict[int, Utterance] = {}

        def ask(index: int) -> Utterance:
            if index not in asked:
                asked[index] = self._live.request(pieces[index], lang=lang, purpose=purpose)
            return asked[index]

        def ask_ahead(index: int) -> None:
            if index < total:
                ask(index)

        skipped: SpeechError | None = None
        try:
            for index, piece in enumerate(pieces):
                self._on_sentence(Said(index, total, piece))
                spoken = await self._live.play(ask(index), on_sound=partial(ask_ahead, index + 1))
                if spoken.error is not None:
                    skipped = spoken.error
                    self._on_failure(spoken.error)
                if not _goes_on(spoken):
                    return FeedbackResult(total, heard, spoken.ending, spoken.error)
                heard += spoken.ending is Ending.HEARD
        finally:
            for each in asked.values():
                each.cancel()
            self._on_sentence(None)
        return FeedbackResult(total, heard, Ending.FAILED if skipped else Ending.HEARD, skipped)


def _goes_on(spoken: Spoken) -> bool:
    """Whether the next sentence is worth its money: a text that can't be said is passed over."""
    if spoken.ending is Ending.HEARD:
        return True
    return spoken.error is not None and spoken.error.code is SpeechCode.BAD_INPUT
