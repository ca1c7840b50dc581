"""Notes, passages and whole decks, as a deck file gives them.

Apart from :mod:`recalliq_tui.domain.cards` because the first card is asked without any of these;
they are had from there too.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from recalliq_tui.domain.cards import Card, CardKind, DeckId, NoteId, PassageId


@dataclass(frozen=True, slots=True)
class Note:
    """What an author wrote: its cards in order, with the lines it occupies in the file."""

    id: NoteId
    kind: CardKind
    cards: tuple[Card, ...]
    line: int
    end_line: int
    tags: tuple[str, ...] = ()
    points: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Passage:
    """A text to learn word for word. ``stanzas`` holds the lines to learn, in groups."""

    id: PassageId
    title: str
    stanzas: tuple[tuple[str, ...], ...]
    slug: str | None = None
    lang: str | None = None
    voice: str | None = None
    translation_of: str | None = None
    source_edition: str | None = None
    year: int | None = None
    license: str | None = None
    tags: tuple[str, ...] = ()
    variants: tuple[tuple[str, ...], ...] = ()
    say: str | None = None
    line: int = 0
    end_line: int = 0

    @property
    def lines(self) -> tuple[str, ...]:
        return tuple(line for stanza in self.stanzas for line in stanza)

    @property
    def text(self) -> str:
        return "\n\n".join("\n".join(stanza) for stanza in self.stanzas)


class Severity(StrEnum):
    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong in a deck file: where, what was found, what is expected instead."""

    path: str
    line: int
    found: str
    expected: str
    severity: Severity = Severity.ERROR

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.found}; {self.expected}"


@dataclass(frozen=True, slots=True)
class Deck:
    """A parsed deck file. ``sha256`` is of the file's bytes, as lower-case hex."""

    id: DeckId
    title: str
    path: str = ""
    lang: str | None = None
    front_lang: str | None = None
    back_lang: str | None = None
    voice: str | None = None
    tags: tuple[str, ...] = ()
    typed: bool | None = None
    retention: float | None = None
    has_passages: bool = False
    author: str | None = None
    license: str | None = None
    source: str | None = None
    sha256: str = ""
    notes: tuple[Note, ...] = ()
    passages: tuple[Passage, ...] = ()
    problems: tuple[Problem, ...] = field(default=())

    @property
    def cards(self) -> Iterator[Card]:
        """All cards, in the order of the file."""
        return (card for note in self.notes for card in note.cards)

    @property
    def errors(self) -> tuple[Problem, ...]:
        return tuple(p for p in self.problems if p.severity is Severity.ERROR)
