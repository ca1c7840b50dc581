"""Decks and answers for the tests of the collection."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from recalliq_tui.domain.cards import Card, CardId, CardKind, Deck, DeckId, Face, Note, NoteId
from recalliq_tui.domain.memory import Memory, Phase, Rating, Review, ReviewKind
from recalliq_tui.domain.schedule import Settings, answer
from recalliq_tui.domain.studyday import study_day
from recalliq_tui.store.models import Origin

if TYPE_CHECKING:
    from collections.abc import Iterable

    from recalliq_tui.store.collection import Collection
    from recalliq_tui.store.models import SessionState
    from recalliq_tui.store.outcomes import IndexChange

START = datetime(2026, 5, 1, 12, tzinfo=UTC)
DAY = START.toordinal()
SPANISH = DeckId("spanish")


@dataclass
class Clock:
    """A clock that stands until it is moved."""

    now: datetime = START

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **span: float) -> datetime:
        self.now += timedelta(**span)
        return self.now

    @property
    def day(self) -> int:
        return study_day(self.now, offset_minutes=0)


def card(name: str, front: str = "", back: str = "", *, tags: tuple[str, ...] = ()) -> Card:
    return Card(
        id=CardId(name),
        note_id=NoteId(name.partition("~")[0]),
        kind=CardKind.BASIC,
        front=Face(front or f"front of {name}"),
        back=Face(back or f"back of {name}"),
        tags=tags,
    )


def deck(cards: Iterable[Card], deck_id: str = SPANISH, title: str = "Spanish") -> Deck:
    notes = tuple(
        Note(id=each.note_id, kind=each.kind, cards=(each,), line=n, end_line=n)
        for n, each in enumerate(cards)
    )
    return Deck(DeckId(deck_id), title, path=f"/decks/{deck_id}.md", notes=notes, sha256="5a")


def index(collection: Collection, *decks: Deck) -> IndexChange:
    for each in decks:
        change = collection.index_deck(each, origin=Origin.OWN, mtime_ns=1, size=2)
    return change


def names(count: int, prefix: str = "c") -> list[Card]:
    return [card(f"{prefix}{number}") for number in range(count)]


def study(
    collection: Collection,
    card_id: str,
    rating: Rating = Rating.GOOD,
    *,
    now: datetime = START,
    deck_id: str = SPANISH,
    session: SessionState | None = None,
    offset: int = 0,
) -> Memory:
    """Answer a card as a session does."""
    stored = collection.card(card_id, deck_id)
    assert stored is not None
    before = stored.memory
    after = answer(
        before,
        rating,
        now=now,
        day=study_day(now, offset_minutes=offset),
        card_id=card_id,
        settings=Settings(),
    )
    review = Review(
        card_id=CardId(card_id),
        deck_id=DeckId(deck_id),
        rating=rating,
        reviewed_at=now,
        offset_minutes=offset,
        kind=ReviewKind.REVIEW if before.phase is Phase.REVIEW else ReviewKind.LEARN,
        duration_ms=1500,
    )
    collection.record(review, after, session=session)
    return after


def memory_of(collection: Collection, card_id: str) -> Memory:
    stored = collection.card(card_id)
    assert stored is not None
    return stored.memory
