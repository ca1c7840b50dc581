"""Notes, cards, passages and decks, as a deck file gives them.

A *note* is what an author writes; it gives one or more *cards*. A *passage* is a text to learn
word for word. All text here has been through :mod:`recalliq_tui.textsafe` already; it may still
hold Markdown.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, NewType

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

DeckId = NewType("DeckId", str)
NoteId = NewType("NoteId", str)
CardId = NewType("CardId", str)
PassageId = NewType("PassageId", str)


class Side(StrEnum):
    FRONT = "front"
    BACK = "back"
    WHOLE = "whole"
    """The one clip of a passage."""


class CardKind(StrEnum):
    BASIC = "basic"
    REVERSE = "reverse"
    CLOZE = "cloze"


@dataclass(frozen=True, slots=True)
class Face:
    """One side of a card: Markdown text, and which parts of it are the cloze.

    ``marks`` are half-open ranges in code points of ``text``: on a front the placeholder that
    stands for the hidden words (``[…]`` or ``[hint]``), on a back the words themselves.
    """

    text: str
    marks: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Card:
    """One question with its answer; the unit that is scheduled.

    ``id`` is unique in the whole collection (see :func:`note_identity`). ``say_front`` and
    ``say_back`` replace the text for the voice only. ``accept`` lists further right typed
    answers, ``points`` the key points of a free-recall answer. ``typed`` is ``None`` where the
    deck or the learner decides. ``media`` are file names of pictures and sounds the text names.
    """

    id: CardId
    note_id: NoteId
    kind: CardKind
    front: Face
    back: Face
    front_lang: str | None = None
    back_lang: str | None = None
    voice: str | None = None
    say_front: str | None = None
    say_back: str | None = None
    accept: tuple[str, ...] = ()
    points: tuple[str, ...] = ()
    typed: bool | None = None
    tags: tuple[str, ...] = ()
    line: int = 0
    """Line of the note in its file, counted from 1."""

    @property
    def answer(self) -> str:
        """What a typed answer is compared with: the hidden words of a cloze, else the back."""
        if self.kind is CardKind.CLOZE and self.back.marks:
            return " ".join(self.back.text[a:b] for a, b in self.back.marks)
        return self.back.text


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


def note_identity(*, deck_id: DeckId, explicit: str | None, kind: str, parts: Iterable[str]) -> str:
    """Identity of a note or passage.

    With an explicit ``id=`` it is the deck's id and that id, so that the text may change freely.
    Without one it is SHA-256 (lower-case hex) over the kind and the length-prefixed,
    NFC-normalized, whitespace-collapsed parts: the same text is the same note in every deck.
    """
    if explicit is not None:
        return f"{deck_id}#{explicit}"
    import hashlib  # noqa: PLC0415  (it loads OpenSSL, which a known deck doesn't need)

    digest = hashlib.sha256()
    for part in (kind, *parts):
        data = " ".join(unicodedata.normalize("NFC", part).split()).encode()
        digest.update(len(data).to_bytes(8, "big"))
        digest.update(data)
    return digest.hexdigest()


def card_id(note_id: NoteId, part: str = "") -> CardId:
    """Id of a note's card: the note's own for its only or first card, else with its part."""
    return CardId(f"{note_id}~{part}" if part else str(note_id))
