"""What is known about a learner's memory of one card, and the reviews that say so."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from recalliq_tui.domain.cards import CardId, DeckId


class Rating(IntEnum):
    AGAIN = 1
    HARD = 2
    GOOD = 3
    EASY = 4


class Phase(IntEnum):
    """Where a card stands in its life; the numbers are stored."""

    NEW = 0
    LEARNING = 1
    REVIEW = 2
    RELEARNING = 3


@dataclass(frozen=True, slots=True)
class Memory:
    """State of one card. A new card is ``Memory()``.

    ``stability`` is in days, ``difficulty`` from 1 to 10. In the learning phases ``due_at`` (UTC)
    holds; in the review phase ``due_day`` does, the proleptic ordinal of a study day.
    """

    phase: Phase = Phase.NEW
    step: int | None = None
    stability: float | None = None
    difficulty: float | None = None
    due_at: datetime | None = None
    due_day: int | None = None
    last_review: datetime | None = None
    last_day: int | None = None
    interval_days: int = 0
    reps: int = 0
    lapses: int = 0


class ReviewKind(StrEnum):
    LEARN = "learn"
    REVIEW = "review"
    RELEARN = "relearn"


@dataclass(frozen=True, slots=True)
class Review:
    """One answer, as the log keeps it.

    ``reviewed_at`` is UTC; ``offset_minutes`` the learner's UTC offset at that moment, so that
    the study day of each answer stays what it was on whatever machine it is replayed.
    """

    card_id: CardId
    deck_id: DeckId
    rating: Rating
    reviewed_at: datetime
    offset_minutes: int
    kind: ReviewKind = ReviewKind.LEARN
    duration_ms: int = 0
    stability: float | None = None
    difficulty: float | None = None
    interval_days: int = 0
