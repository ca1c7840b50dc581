"""Notes, cards, passages and decks, as a deck file gives them.

A *note* is what an author writes; it gives one or more *cards*. A *passage* is a text to learn
word for word. All text here has been through :mod:`recalliq_tui.textsafe` already; it may still
hold Markdown.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, NewType

if TYPE_CHECKING:
    from collections.abc import Iterable

    from recalliq_tui.domain.decks import Deck, Note, Passage, Problem, Severity

__all__ = [
    "Card",
    "CardId",
    "CardKind",
    "Deck",
    "DeckId",
    "Face",
    "Note",
    "NoteId",
    "Passage",
    "PassageId",
    "Problem",
    "Severity",
    "Side",
    "card_id",
    "note_identity",
]

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


if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        """Load what makes up a deck file with its first use: the first card needs none of it."""
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from recalliq_tui.domain import decks  # noqa: PLC0415

        return getattr(decks, name)
