"""What a session shows next: a question, a wait, or its end. Plain values."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from recalliq_tui.domain.cards import Side

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from recalliq_tui.domain.cards import Card, DeckId
    from recalliq_tui.domain.memory import Memory, Rating


class Progress(NamedTuple):
    """Place in the session: cards met and cards there are, each counted once however often it
    comes back; how many of them are done with; and what kinds are left."""

    number: int = 1
    total: int = 0
    done: int = 0
    new: int = 0
    learning: int = 0
    due: int = 0


class Question(NamedTuple):
    """A card being asked, with all that its screen shows."""

    card: Card
    deck_id: DeckId
    deck_title: str
    memory: Memory
    marked: bool
    typed: bool
    progress: Progress
    side: Side = Side.FRONT


class Waiting(NamedTuple):
    """Nothing to ask now; ``StudySession.go_on`` has a learning card at ``until`` (UTC)."""

    until: datetime
    progress: Progress


class Summary(NamedTuple):
    """What a session did, and what comes next. ``next_learning`` is UTC."""

    title: str
    answered: int = 0
    ratings: Mapping[Rating, int] | None = None
    new_cards: int = 0
    seconds: int = 0
    left: int = 0
    due_tomorrow: int = 0
    next_due: tuple[int, int] | None = None
    """Days until reviews come and how many they are, where none are due tomorrow."""
    next_learning: datetime | None = None


Step = Question | Waiting | Summary
