"""What a running program tells its screens on request: plain values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from recalliq_tui.domain.cards import DeckId
    from recalliq_tui.store.collection import Collection
    from recalliq_tui.store.models import DeckRow, StoredCard
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


def unended(collection: Collection, rows: Iterable[DeckRow]) -> OpenSession | None:
    """The session that was not ended, if its card is still there; on the collection's thread."""
    state = collection.load_session()
    if state is None or state.current is None:
        return None
    stored = collection.card(state.current, state.current_deck)
    if stored is None or not stored.present:
        return None
    titles = {row.id: row.title for row in rows}
    names = [titles[deck_id] for deck_id in state.deck_ids if deck_id in titles]
    title = names[0] if len(names) == 1 else f"{len(names)} decks"
    place = " ".join(stored.card.front.text.split())[:60]
    return OpenSession(state.deck_ids, title, f"“{place}”", state.answered)
