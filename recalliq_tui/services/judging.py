"""What a recital is worth: judged word by word, with the rating that follows for each part."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from recalliq_tui.domain.memory import Memory, Rating
from recalliq_tui.domain.passages.asking import Asked, line_verdicts, part_ratings
from recalliq_tui.domain.passages.parts import PartKind, has_line_cards, line_part
from recalliq_tui.domain.passages.rules import suggested_rating
from recalliq_tui.domain.recitation import Label, Level, Recital, recite

if TYPE_CHECKING:
    from collections.abc import Mapping

    from recalliq_tui.domain.cards import Passage
    from recalliq_tui.domain.passages.parts import Part


@dataclass(frozen=True, slots=True)
class Attempt:
    """What the learner said, line by line or at once; ``None`` where it was said aloud.

    ``peeked`` are indices of expected words that were shown, ``shown_lines`` indices in the text
    of lines that were shown, ``hints`` smaller helps.
    """

    typed: str | None
    level: Level = Level.STANDARD
    peeked: frozenset[int] = frozenset()
    shown_lines: frozenset[int] = frozenset()
    hints: int = 0


@dataclass(frozen=True, slots=True)
class Judged:
    """A recital with the rating that it suggests; ``counting``: it is the day's first."""

    asked: Asked
    attempt: Attempt
    recital: Recital | None
    suggested: Rating | None
    counting: bool


def judge(passage: Passage, asked: Asked, attempt: Attempt, *, counting: bool) -> Judged:
    """Judge what was said. Pure, and long for a long text: not on the event loop then."""
    if attempt.typed is None:
        return Judged(asked, attempt, None, None, counting)
    recital = recite(
        asked.text,
        attempt.typed,
        level=attempt.level,
        lang=passage.lang,
        variants=passage.variants,
        peeked=attempt.peeked,
        hints=attempt.hints,
    )
    shown = bool(attempt.shown_lines) and asked.part.kind is not PartKind.WHOLE
    score = _without_shown(passage, asked, recital, attempt)
    hints = attempt.hints + len(attempt.peeked)
    suggested = suggested_rating(score, shown=shown, hints=hints)
    return Judged(asked, attempt, recital, suggested, counting)


def _without_shown(passage: Passage, asked: Asked, recital: Recital, attempt: Attempt) -> float:
    """The score with the words of lines that were shown lost, whatever was typed then."""
    if not attempt.shown_lines:
        return recital.score
    verdicts = line_verdicts(asked, recital, lang=passage.lang)
    total = sum(word.index is not None for word in recital.words)
    lost = sum(
        word.index is not None and word.label in {Label.OK, Label.VARIANT, Label.TYPO}
        for each in verdicts
        if each.index in attempt.shown_lines
        for word in each.words
    )
    return max(0.0, recital.score - lost / total) if total else recital.score


def ratings_of(
    passage: Passage, judged: Judged, rating: Rating, memories: Mapping[Part, Memory]
) -> dict[Part, Rating]:
    """What to rate; said aloud, a whole that was Good or Easy was so in each line."""
    asked = judged.asked
    if judged.recital is not None:
        return part_ratings(
            asked,
            judged.recital,
            lang=passage.lang,
            rating=rating,
            shown_lines=judged.attempt.shown_lines,
            joins=[part for part in memories if part.kind is PartKind.JOIN],
        )
    found = {asked.part: rating}
    whole = asked.part.kind is PartKind.WHOLE and has_line_cards(len(asked.wanted))
    if whole and rating >= Rating.GOOD:
        found |= {line_part(n): Rating.GOOD for n in range(len(asked.wanted))}
    return found
