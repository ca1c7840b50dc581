"""What became of each word of a text that was recited, and what the recital is worth."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class Level(StrEnum):
    """How strict a recital is judged.

    Gentle and standard forgive typing errors and variants of the text; a screen dims variants in
    standard and passes over them in gentle. In exact both are errors, and n-tilde is a letter.
    """

    GENTLE = "gentle"
    STANDARD = "standard"
    EXACT = "exact"


class Label(StrEnum):
    OK = "ok"
    VARIANT = "variant"
    TYPO = "typo"
    SUBSTITUTED = "substituted"
    MISSING = "missing"
    EXTRA = "extra"
    MOVED = "moved"
    """Said, but in another place; where it was typed there is an ``extra``."""
    PEEKED = "peeked"
    """The learner had it shown, whatever was typed then."""


@dataclass(frozen=True, slots=True)
class WordResult:
    """One step of a recital.

    ``index`` counts the expected words from 0; it is ``None`` for an extra word, whose
    ``expected`` is empty. ``got`` is empty for a missing word and an optional one left out.
    """

    label: Label
    expected: str
    got: str
    index: int | None = None


@dataclass(frozen=True, slots=True)
class Recital:
    """A whole text as it was recited.

    The steps with an index are the words of the text, each once and in order. ``score`` runs
    from 0 to 1.
    """

    words: tuple[WordResult, ...]
    score: float
    hints: int = 0

    @property
    def counts(self) -> Counter[Label]:
        return Counter(word.label for word in self.words)

    @property
    def clean(self) -> bool:
        """Nothing wrong, nothing shown, no hint."""
        return self.score >= 1.0


def score_of(words: Iterable[WordResult], *, hints: int = 0) -> float:
    """1 - (substituted + missing + extra/2 + hints/2 + peeked) / words, within 0 and 1.

    A text without words is recited right by saying nothing.
    """
    lost, expected = hints / 2, 0
    for word in words:
        expected += word.index is not None
        match word.label:
            case Label.SUBSTITUTED | Label.MISSING | Label.PEEKED:
                lost += 1
            case Label.EXTRA:
                lost += 0.5
            case Label.OK | Label.VARIANT | Label.TYPO | Label.MOVED:
                pass
    if not expected:
        return 0.0 if lost else 1.0
    return min(1.0, max(0.0, 1 - lost / expected))
