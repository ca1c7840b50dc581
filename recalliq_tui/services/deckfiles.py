"""Decks read from their files, found by id, title or path: with passages and problems."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from recalliq_tui.decks.tree import DeckFile, deck_files, load
from recalliq_tui.services.library import UnknownDeckError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from recalliq_tui.domain.cards import Deck, DeckId
    from recalliq_tui.services.library import Library


@dataclass(frozen=True, slots=True)
class FoundDecks:
    """Decks of one name: one, or all in a folder, whose name ``title`` is then."""

    title: str
    decks: tuple[Deck, ...]

    @property
    def errors(self) -> int:
        return sum(len(deck.errors) for deck in self.decks)


def find_decks(library: Library, wanted: str) -> FoundDecks:
    """Read the decks that an id, a title or a path names.

    A path needs no place in the collection, so that it works beside another instance too. Raises
    :class:`UnknownDeckError`.
    """
    library.refresh()
    try:
        ids, title = library.resolve(wanted)
    except UnknownDeckError:
        path = Path(wanted).expanduser().absolute()
        decks = tuple(load(file) for file in deck_files(path, origin="path"))
        if not decks:
            raise
        return FoundDecks(decks[0].title if len(decks) == 1 else path.name, decks)
    return FoundDecks(title, tuple(_read(library, ids)))


def present_decks(library: Library) -> tuple[Deck, ...]:
    """Read every deck whose file is there."""
    library.refresh()
    return tuple(_read(library, (row.id for row in library.rows())))


def read_decks(library: Library, ids: Iterable[DeckId]) -> tuple[Deck, ...]:
    """Read decks that the library knows, from their files."""
    return tuple(_read(library, ids))


def _read(library: Library, ids: Iterable[DeckId]) -> Iterable[Deck]:
    paths = {row.id: Path(row.path) for row in library.rows()}
    for deck_id in ids:
        path = paths[deck_id]
        yield load(library.file(deck_id) or DeckFile(path, path.parent, "path"))
