"""The one clip of a text: found or rendered, decoded, and when each of its words sounds."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from recalliq_tui.audio.errors import CacheError
from recalliq_tui.decks.speakable import spoken_passage
from recalliq_tui.domain.cards import Deck, DeckId
from recalliq_tui.domain.passages.timing import TimedWord, Timing, make_timing, untimed
from recalliq_tui.domain.passages.words import spots
from recalliq_tui.domain.recitation.folding import words_of
from recalliq_tui.domain.voice import AudioState
from recalliq_tui.services.render_plan import passage_item
from recalliq_tui.speech.errors import SpeechError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from recalliq_tui.audio.pcm import Pcm
    from recalliq_tui.domain.cards import Passage
    from recalliq_tui.services.render_plan import RenderItem
    from recalliq_tui.services.soundparts import SoundParts

_LOG: Final = logging.getLogger(__name__)
_NO_DECK: Final = Deck(id=DeckId(""), title="")
"""A passage carries its deck's language and voice already."""

Words = tuple[tuple[int, int, int, int], ...]
"""``(char_from, char_to, ms_from, ms_to)`` of each word of the text as spoken."""


@dataclass(frozen=True, slots=True)
class PassageClip:
    """A text's clip, ready to play. ``sha256`` is of its audio, empty where it wasn't kept."""

    key: str
    pcm: Pcm
    timing: Timing
    voice: str = ""
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class NoClip:
    """Why a text can't be heard now; ``message`` says what to do where there is something."""

    state: AudioState
    message: str = ""


class PassageAudio:
    """Makes clips of texts ready. Belongs to the event loop and blocks it nowhere."""

    def __init__(self, parts: SoundParts) -> None:
        self._parts = parts

    async def load(self, passage: Passage, *, paid: bool = False) -> PassageClip | NoClip:
        """The clip of a text: from the cache, else rendered where its voice is free.

        With ``paid`` it is rendered whatever it costs: the learner asked for it.
        """
        try:
            item = await asyncio.to_thread(self._item, passage)
        except SpeechError as error:
            return NoClip(AudioState.BLOCKED, error.message)
        if item is None:
            return NoClip(AudioState.SILENT)
        pcm = await asyncio.to_thread(self._parts.work.load, item)
        if pcm is None:
            if not (item.free or paid):
                return NoClip(AudioState.MISSING, "`recalliq render` makes it, after a question")
            failed = await self._render(item)
            if failed is not None:
                return failed
            pcm = self._parts.work.ready(item.key)
        if pcm is None:
            return NoClip(AudioState.DAMAGED)
        return await asyncio.to_thread(self._clip, passage, item, pcm)

    def _item(self, passage: Passage) -> RenderItem | None:
        said = replace(passage, say=spoken_passage(passage))
        return passage_item(said, deck=_NO_DECK, wishes=self._parts.work.wishes)

    async def _render(self, item: RenderItem) -> NoClip | None:
        """Render a clip; ``None`` when it can be heard."""
        try:
            await self._parts.work.render(item, self._parts.renderer, urgent=True)
        except SpeechError as error:
            _LOG.warning("passage %s: %s", item.card_id, error)
            return NoClip(AudioState.BLOCKED, error.message)
        except CacheError as error:
            _LOG.warning("the clip of a passage can't be kept: %s", error)
        return None

    def _clip(self, passage: Passage, item: RenderItem, pcm: Pcm) -> PassageClip:
        words: Words = ()
        sha256 = ""
        try:
            kept = self._parts.work.clips.get(item.key)
        except CacheError:
            kept = None
        if kept is not None:
            words, sha256 = kept.info.words, kept.info.sha256
        timing = timing_of(passage, item.spec.text, words, duration_ms=pcm.duration_ms)
        if timing.why:
            _LOG.info("passage %s: %s", passage.id, timing.why)
        return PassageClip(item.key, pcm, timing, item.spec.voice_name, sha256)


def timing_of(passage: Passage, said: str, words: Words, *, duration_ms: int) -> Timing:
    """When the words of a passage's lines sound, from the times of the text as it was spoken.

    What is said may differ from what stands on the screen (``say``, dashes, numbers); words that
    can't be matched have no time, and the checks then degrade it.
    """
    places = [
        (line, index, spot.folded)
        for line, text in enumerate(passage.lines)
        for index, spot in enumerate(spots(text, lang=passage.lang))
    ]
    sizes = [len(spots(text, lang=passage.lang)) for text in passage.lines]
    heard = _heard(said, words, passage.lang)
    if not heard:
        return untimed(duration_ms, "the voice gave no times")
    pairs = _matched([folded for _, _, folded in places], [folded for folded, _, _ in heard])
    timed: list[TimedWord | None] = []
    for (line, index, _), at in zip(places, pairs, strict=True):
        if at is None:
            timed.append(None)
        else:
            timed.append(TimedWord(line, index, heard[at][1], heard[at][2]))
    return make_timing(timed, sizes=sizes, duration_ms=duration_ms)


def _heard(said: str, words: Words, lang: str | None) -> list[tuple[str, int, int]]:
    """Folded words with their times; one that holds several shares its time by their length."""
    found: list[tuple[str, int, int]] = []
    for char_from, char_to, ms_from, ms_to in words:
        if not 0 <= char_from < char_to <= len(said):
            return []
        inside = words_of(said[char_from:char_to], lang=lang)
        whole = sum(len(word.folded) for word in inside)
        done = 0
        for word in inside:
            start = ms_from + (ms_to - ms_from) * done // whole
            done += len(word.folded)
            found.append((word.folded, start, ms_from + (ms_to - ms_from) * done // whole))
    return found


def _matched(shown: Sequence[str], heard: Sequence[str]) -> list[int | None]:
    """For each word shown the index of the word heard, ``None`` where there is none."""
    if len(shown) == len(heard):
        return list(range(len(shown)))
    from rapidfuzz.distance import Levenshtein  # noqa: PLC0415  (few texts need it)

    pairs: list[int | None] = [None] * len(shown)
    for code in Levenshtein.opcodes(shown, heard):
        if code.tag in {"equal", "replace"}:
            length = min(code.src_end - code.src_start, code.dest_end - code.dest_start)
            for step in range(length):
                pairs[code.src_start + step] = code.dest_start + step
    return pairs
