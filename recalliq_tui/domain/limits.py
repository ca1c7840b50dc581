"""How much a study day brings: limits, what was done, what is left."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """How many cards a day may bring: for each deck, and over all decks (``None``: no limit)."""

    new: int = 20
    reviews: int = 200
    overall_new: int | None = None
    overall_reviews: int | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """What a study day has brought so far: cards seen for the first time, and reviews."""

    new: int = 0
    reviews: int = 0
    answers: int = 0
    """All answers, those of learning steps too."""

    duration_ms: int = 0

    def __add__(self, other: Done) -> Done:
        return Done(
            self.new + other.new,
            self.reviews + other.reviews,
            self.answers + other.answers,
            self.duration_ms + other.duration_ms,
        )


@dataclass(frozen=True, slots=True)
class Counts:
    """Cards to study: new, in learning steps, due for review; ``total`` is all of the deck."""

    new: int = 0
    learning: int = 0
    due: int = 0
    total: int = 0


def room(limit: int, *, done: int, overall: int | None, overall_done: int) -> int:
    """How many more cards of a kind one deck may bring today, never below 0."""
    left = limit - done
    if overall is not None:
        left = min(left, overall - overall_done)
    return max(0, left)
