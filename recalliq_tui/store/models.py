"""What the collection tells of decks, cards and the session, as plain values.

The way to the first card loads this module, so it holds no more; see
:mod:`recalliq_tui.store.outcomes` for the rest.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from recalliq_tui.domain.cards import Side

if TYPE_CHECKING:
    from datetime import datetime

    from recalliq_tui.domain.cards import Card, CardId, DeckId
    from recalliq_tui.domain.memory import Memory


class Origin(StrEnum):
    """Where a deck comes from."""

    OWN = "own"
    SAMPLE = "sample"
    FOLDER = "folder"
    PATH = "path"
    LIBRARY = "library"


class DeckRow(NamedTuple):
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
