"""Makes a deck's file editable, adds and creates decks. Synchronous; on the collection's thread."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from recalliq_tui.decks.editing import create_deck, note_line, own_copy
from recalliq_tui.services.library import Source
from recalliq_tui.store.models import Origin

if TYPE_CHECKING:
    from recalliq_tui.domain.cards import Card, DeckId
    from recalliq_tui.services.added import AddedDecks
    from recalliq_tui.services.library import Library


class NotEditableError(Exception):
    """The deck's file can't be edited; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Editable:
    """A file to edit: where the note begins, and whether it is a copy just made."""

    path: Path
    line: int
    copied: bool


def make_editable(library: Library, deck_id: DeckId, card: Card, own_root: Path) -> Editable:
    """Return the file of a deck to edit: a sample or synced deck is copied first.

    Raises :class:`NotEditableError`.
    """
    file = library.file(deck_id)
    if file is None or not file.path.exists():
        raise NotEditableError(
            "The deck's file is gone. Press F5 on the home screen to look again."
        )
    if file.origin not in {Origin.SAMPLE, Origin.LIBRARY}:
        return Editable(file.path, note_line(file.path, card), copied=False)
    try:
        path = own_copy(file, own_root)
    except OSError as error:
        raise NotEditableError(f"No copy can be made in {own_root}: {error.strerror}.") from error
    library.refresh()
    return Editable(path, note_line(path, card), copied=True)


def looks_like_path(text: str) -> bool:
    """Whether the text names a file or folder rather than a new deck."""
    return text.startswith(("/", "~", ".")) or "/" in text or text.endswith(".md")


def add_or_create(library: Library, added: AddedDecks, text: str, own_root: Path) -> Path:
    """Add an existing file or folder, or create a deck of that name; returns its path.

    Raises :class:`OSError`, :class:`FileNotFoundError` for a path where nothing is.
    """
    if not looks_like_path(text):
        path = create_deck(own_root, text)
    else:
        path = Path(text).expanduser().absolute()
        if not path.exists():
            raise FileNotFoundError(2, "nothing is there", str(path))
        added.add(path)
        library.add_source(Source(path, "folder"))
    library.refresh()
    return path
