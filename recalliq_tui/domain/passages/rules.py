"""What a recital is worth: ratings, which attempts count, and when a text is known by heart."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from recalliq_tui.domain.memory import Rating
from recalliq_tui.domain.passages.parts import PartKind, fixed_parts

if TYPE_CHECKING:
    from collections.abc import Iterable

    from recalliq_tui.domain.memory import Memory
    from recalliq_tui.domain.passages.parts import Part
    from recalliq_tui.domain.schedule import Settings

RETENTION: Final = 0.95
HARD_FROM: Final = 0.80
GOOD_FROM: Final = 0.95
HEART_DAYS: Final = 21.0
"""Stability in days from which a line can count as known by heart."""
CLEAN_RECITALS: Final = 2

_SLACK: Final = 1e-9


def passage_settings(base: Settings, *, retention: float | None = None) -> Settings:
    """How parts of texts are scheduled: closer, and in whole days, as one attempt a day counts."""
    return replace(
        base, desired_retention=retention or RETENTION, learning_steps=(), relearning_steps=()
    )


def suggested_rating(score: float, *, shown: bool = False, hints: int = 0) -> Rating:
    """Again below 0.80 or where the line was shown, Hard below 0.95 or with a hint, else Good.

    Easy is the learner's to say.
    """
    if shown or score < HARD_FROM - _SLACK:
        return Rating.AGAIN
    if hints or score < GOOD_FROM - _SLACK:
        return Rating.HARD
    return Rating.GOOD


def counts(memory: Memory, day: int) -> bool:
    """Whether an unaided attempt on study day ``day`` is the first of that day."""
    return memory.last_day is None or memory.last_day < day


def is_due(memory: Memory, day: int) -> bool:
    """Whether a part that was recited before is to be recited again by ``day``."""
    return memory.due_day is not None and memory.due_day <= day


class Standing(StrEnum):
    """How far a text has come."""

    NEW = "new"
    ACQUIRING = "acquiring"
    LEARNING = "learning"
    BY_HEART = "by_heart"
    LAPSED = "lapsed"


@dataclass(frozen=True, slots=True)
class Recited:
    """One attempt that counted: what, on which study day, how, and the stability after it."""

    part: Part
    day: int
    rating: Rating
    stability: float


def is_by_heart(lines: int, recited: Iterable[Recited]) -> tuple[bool, bool]:
    """Whether a text of so many lines is known by heart now, and whether it ever was.

    ``recited`` is its history, oldest first. It is known when every line (of a short text: the
    whole) has a stability of 21 days or more and the last two recitals of the whole, on
    different days, were Good or Easy. Failing the whole, or a line whose stability falls, ends it.
    """
    needed = {part for part in fixed_parts(lines) if part.kind is not PartKind.WHOLE}
    needed = needed or set(fixed_parts(lines))
    stability: dict[Part, float] = {}
    clean: set[int] = set()
    known = ever = False
    for each in recited:
        stability[each.part] = each.stability
        if each.part.kind is PartKind.WHOLE:
            clean = clean | {each.day} if each.rating >= Rating.GOOD else set()
        firm = all(stability.get(part, 0.0) >= HEART_DAYS for part in needed)
        known = firm and len(clean) >= CLEAN_RECITALS
        ever = ever or known
    return known, ever


def standing_of(lines: int, recited: Iterable[Recited], *, begun: bool) -> Standing:
    """The state of a text; ``begun``: there is progress in acquiring it."""
    history = tuple(recited)
    known, ever = is_by_heart(lines, history)
    if known:
        return Standing.BY_HEART
    if ever:
        return Standing.LAPSED
    if history:
        return Standing.LEARNING
    return Standing.ACQUIRING if begun else Standing.NEW
