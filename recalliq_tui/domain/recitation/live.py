"""Follows a recital while it is typed: one cheap step for each key."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from recalliq_tui.domain.recitation.aligner import Aligner
from recalliq_tui.domain.recitation.folding import Word, words_of
from recalliq_tui.domain.recitation.labels import Level, WordResult
from recalliq_tui.domain.recitation.results import results_of
from recalliq_tui.domain.recitation.variants import common_rules, places, rules_of

if TYPE_CHECKING:
    from collections.abc import Sequence


class Partial(StrEnum):
    """How the word under the cursor begins."""

    NONE = "none"
    FITS = "fits"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class LiveView:
    """What to show after a key.

    ``words`` are the completed words with those of the text they belong to; ``position`` is the
    index of the expected word that comes next, ``of`` the number of words in the line.
    """

    words: tuple[WordResult, ...]
    position: int
    of: int
    partial: Partial
    unfinished: str = ""

    @property
    def finished(self) -> bool:
        return self.position >= self.of


class LiveLine:
    """One line (or a whole text) that is being recited.

    Keeps the alignment of what was typed before; :meth:`update` may be called with any text, but
    is fast where only the end changed.
    """

    def __init__(
        self,
        line: str,
        *,
        level: Level = Level.STANDARD,
        lang: str | None = None,
        variants: Sequence[Sequence[str]] = (),
    ) -> None:
        self._lang = lang
        self._exact = level is Level.EXACT
        self._want = words_of(line, lang=lang, exact=self._exact)
        rules = (*rules_of(variants, lang=lang), *common_rules(lang))
        self._aligner = Aligner(self._want, level=level, rules=rules, lang=lang)
        self._others: dict[int, set[str]] = {}
        for end, found in ({} if self._exact else places(rules, self._want)).items():
            for rule in found:
                if rule.other:
                    self._others.setdefault(end - len(rule.words), set()).add(rule.other[0])

    @property
    def words(self) -> tuple[Word, ...]:
        """The words of the line, as ``position`` counts them."""
        return self._want

    def update(self, typed: str) -> LiveView:
        """Align all that is typed in this line so far; the last word is open until a space."""
        have = words_of(typed, lang=self._lang, exact=self._exact)
        unfinished = None if not have or typed[-1:].isspace() else have[-1]
        if unfinished is not None:
            self._aligner.feed(have[:-1])
            if self._completes(self._aligner.reach(), unfinished):
                unfinished = None
        complete = have if unfinished is None else have[:-1]
        self._aligner.feed(complete)
        position = self._aligner.reach()
        return LiveView(
            words=tuple(results_of(self._aligner.steps(position), self._want, complete)),
            position=position,
            of=len(self._want),
            partial=self._judge(position, unfinished),
            unfinished=unfinished.shown if unfinished else "",
        )

    def _completes(self, position: int, word: Word) -> bool:
        return position < len(self._want) and self._want[position].folded == word.folded

    def _judge(self, position: int, word: Word | None) -> Partial:
        if word is None:
            return Partial.NONE
        if position >= len(self._want):
            return Partial.WRONG
        right = {self._want[position].folded} | self._others.get(position, set())
        return Partial.FITS if any(r.startswith(word.folded) for r in right) else Partial.WRONG
