"""Decks as home shows them, and what looking at their files changed: plain values."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from recalliq_tui.domain.cards import CardId, DeckId, PassageId
    from recalliq_tui.domain.passages.rules import Standing


@dataclass(frozen=True, slots=True)
class DeckNode:
    """A row of the tree: a deck, or a folder with the sums of what is in it.

    ``key`` is unique and starts with its folder's key and a slash. ``clips_have`` and
    ``clips_need`` are ``None`` until they were counted.
    """

    key: str
    title: str
    depth: int
    folder: bool
    deck_ids: tuple[DeckId, ...]
    new: int = 0
    learning: int = 0
    due: int = 0
    cards: int = 0
    passages: int = 0
    problems: int = 0
    path: str = ""
    origin: str = ""
    clips_have: int | None = None
    clips_need: int | None = None
    passage_id: PassageId | None = None
    """Of a row that is a text under its deck; ``levels`` are of its lines."""
    levels: tuple[int, ...] = ()
    standing: Standing | None = None


@dataclass(frozen=True, slots=True)
class Shelf:
    """All rows in order, with what is due over all of them."""

    nodes: tuple[DeckNode, ...] = ()
    new: int = 0
    learning: int = 0
    due: int = 0
    minutes: int = 0
    first_run: bool = False


@dataclass(frozen=True, slots=True)
class Kept:
    """A card that looks new beside one that vanished: may it keep that one's progress?"""

    deck_id: DeckId
    new: CardId
    old: CardId
    new_text: str
    old_text: str
    similarity: float


@dataclass(slots=True)
class Refreshed:
    """What looking at the files changed."""

    changed: list[DeckId] = field(default_factory=list)
    gone: list[DeckId] = field(default_factory=list)
    kept: list[Kept] = field(default_factory=list)
