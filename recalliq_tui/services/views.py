"""What a running program tells its screens on request: plain values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from recalliq_tui.domain.cards import DeckId
    from recalliq_tui.store.models import StoredCard
    from recalliq_tui.store.outcomes import LoggedReview


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A session that was not ended: a kill, a lost terminal."""

    deck_ids: tuple[DeckId, ...]
    title: str
    place: str
    answered: int


@dataclass(frozen=True, slots=True)
class CardInfo:
    """All that is known about one card. ``retrievability`` is from 0 to 1."""

    stored: StoredCard
    deck_title: str
    history: tuple[LoggedReview, ...]
    retrievability: float


@dataclass(frozen=True, slots=True)
class Found:
    """A card that a search found."""

    stored: StoredCard
    deck_title: str
