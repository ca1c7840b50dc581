"""Practising one text: judging typed lines, and keeping where the learner stands.

Quick, and for the event loop; what is kept is written on the collection's thread.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from recalliq_tui.domain.passages.acquire import Step
from recalliq_tui.domain.passages.words import spots
from recalliq_tui.domain.recitation import Label, Level, LiveLine, recite

if TYPE_CHECKING:
    from recalliq_tui.domain.cards import Passage
    from recalliq_tui.domain.passages.acquire import Acquire
    from recalliq_tui.domain.recitation import LiveView, Recital
    from recalliq_tui.services.runtime import Runtime

_BAD = frozenset({Label.SUBSTITUTED, Label.MISSING, Label.EXTRA, Label.MOVED})
_FAILED = frozenset({Label.SUBSTITUTED, Label.MISSING, Label.MOVED})


@dataclass(frozen=True, slots=True)
class CheckedLine:
    """A typed line: word by word, and which words of the line were missed."""

    recital: Recital
    missed: frozenset[int]


class Practice:
    """One text that is being acquired."""

    def __init__(self, runtime: Runtime, passage: Passage, level: Level) -> None:
        self._runtime = runtime
        self._passage = passage
        self._level = level
        self._live: dict[str, LiveLine] = {}

    def keep(self, state: Acquire) -> None:
        """Keep a state, without waiting for the disk; a read-only collection keeps nothing."""
        if not self._runtime.board.status.read_only:
            self._runtime.submit(lambda: self._runtime.prayers.keep(self._passage, state))

    def live(self, state: Acquire, typed: str) -> LiveView:
        """What is typed so far against the line, or against its hidden words where that fits."""
        views = [self._line(text).update(typed) for text in self._targets(state)]
        return min(views, key=lambda view: sum(word.label in _BAD for word in view.words))

    def check(self, state: Acquire, typed: str) -> CheckedLine:
        """Judge a line: the whole of it may be typed, or only what was hidden."""
        line = self._passage.lines[state.line]
        whole = self._recite(line, typed)
        failed = {w.index for w in whole.words if w.label in _FAILED and w.index is not None}
        if state.rung.step is not Step.FADE:
            return CheckedLine(whole, frozenset(failed))
        hidden = sorted(state.lines[state.line].mask)
        part = self._recite(self._hidden_text(state), typed)
        if part.score >= whole.score:
            missed = {
                hidden[w.index]
                for w in part.words
                if w.label in _FAILED and w.index is not None and w.index < len(hidden)
            }
            return CheckedLine(part, frozenset(missed))
        return CheckedLine(whole, frozenset(failed & set(hidden)))

    def _targets(self, state: Acquire) -> list[str]:
        line = self._passage.lines[state.line]
        return [line, self._hidden_text(state)] if state.rung.step is Step.FADE else [line]

    def _hidden_text(self, state: Acquire) -> str:
        line = self._passage.lines[state.line]
        words = spots(line, lang=self._passage.lang)
        mask = state.lines[state.line].mask
        return " ".join(line[words[n].start : words[n].end] for n in sorted(mask) if n < len(words))

    def _line(self, text: str) -> LiveLine:
        live = self._live.get(text)
        if live is None:
            if len(self._live) > 1:
                self._live.clear()
            live = self._live[text] = LiveLine(
                text,
                level=self._level,
                lang=self._passage.lang,
                variants=self._passage.variants,
            )
        return live

    def _recite(self, text: str, typed: str) -> Recital:
        return recite(
            text,
            typed,
            level=self._level,
            lang=self._passage.lang,
            variants=self._passage.variants,
        )
