"""What the collection tells: rows of decks, cards, answers, as plain values."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from recalliq_tui.domain.cards import Side
from recalliq_tui.domain.limits import Done

if TYPE_CHECKING:
    from datetime import datetime

    from recalliq_tui.domain.cards import Card, CardId, DeckId
    from recalliq_tui.domain.memory import Memory, Phase, Review


class Origin(StrEnum):
    """Where a deck comes from."""

    OWN = "own"
    SAMPLE = "sample"
    FOLDER = "folder"
    PATH = "path"
    LIBRARY = "library"


@dataclass(frozen=True, slots=True)
class DeckRow:
    """A deck as the index knows it. ``cards`` are those in its file, suspended ones included.

    ``mtime_ns``, ``size`` and ``sha256`` are the file's when it was last indexed; ``present`` is
    false while the file is missing.
    """

    id: DeckId
    title: str
    path: str
    origin: Origin
    lang: str | None
    front_lang: str | None
    back_lang: str | None
    voice: str | None
    typed: bool | None
    retention: float | None
    tags: tuple[str, ...]
    has_passages: bool
    author: str | None
    license: str | None
    source: str | None
    mtime_ns: int
    size: int
    sha256: str
    present: bool
    cards: int


@dataclass(frozen=True, slots=True)
class StoredCard:
    """A card with what is known of it. ``buried_day`` is the study day it is hidden on, or 0."""

    card: Card
    deck_id: DeckId
    position: int
    memory: Memory
    suspended: bool = False
    buried_day: int = 0
    marked: bool = False
    present: bool = True


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
class SessionState:
    """The open session, so that the next start can go on at the same card and side.

    ``started`` is UTC, ``typed`` the answer typed for this card, ``answered`` and ``again`` count
    answers. ``day`` is the study day it began on.
    """

    deck_ids: tuple[DeckId, ...]
    started: datetime
    day: int
    current: CardId | None = None
    current_deck: DeckId | None = None
    side: Side = Side.FRONT
    answered: int = 0
    again: int = 0
    new_done: int = 0
    reviews_done: int = 0
    muted: bool = False
    typed: str | None = None


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
