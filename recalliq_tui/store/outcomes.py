"""What indexing, answering and looking back over a collection gave, as plain values."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from recalliq_tui.domain.limits import Done

if TYPE_CHECKING:
    from recalliq_tui.domain.cards import CardId, DeckId
    from recalliq_tui.domain.memory import Memory, Phase, Review


@dataclass(frozen=True, slots=True)
class Candidate:
    """A new card that looks like the edited form of one that vanished. ``score``: 0 to 1."""

    new: CardId
    old: CardId
    score: float


@dataclass(frozen=True, slots=True)
class IndexChange:
    """What indexing a deck file changed. ``vanished`` keep their progress in the log."""

    added: tuple[CardId, ...] = ()
    kept: int = 0
    changed: tuple[CardId, ...] = ()
    vanished: tuple[CardId, ...] = ()
    candidates: tuple[Candidate, ...] = ()


@dataclass(frozen=True, slots=True)
class LoggedReview:
    """An answer in the log with stability, difficulty and interval after it."""

    id: int
    review: Review
    day: int
    phase: Phase


@dataclass(frozen=True, slots=True)
class Undone:
    """The answer that was taken back, and the card's memory, which is as before it."""

    card_id: CardId
    deck_id: DeckId
    review: Review
    memory: Memory


@dataclass(frozen=True, slots=True)
class Stats:
    """Figures over all decks. ``forecast[n]`` are the reviews due ``n`` days from now (0 has the
    overdue ones too); ``recall`` the share of today's reviews that weren't forgotten; ``streak``
    the days in a row with an answer, up to today or yesterday.
    """

    today: Done = field(default_factory=Done)
    recall: float | None = None
    streak: int = 0
    cards: int = 0
    new: int = 0
    learning: int = 0
    young: int = 0
    mature: int = 0
    suspended: int = 0
    forecast: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class RebuildReport:
    """How many cards have a log, and which of them had a state that differed from it."""

    cards: int
    changed: tuple[CardId, ...]
