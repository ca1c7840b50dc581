"""Which file is edited, and what adding a deck does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from recalliq_tui.domain.cards import DeckId
from recalliq_tui.services.added import AddedDecks, added_sources
from recalliq_tui.services.editing import (
    NotEditableError,
    add_or_create,
    looks_like_path,
    make_editable,
)
from recalliq_tui.services.library import Source
from tests.services.shelves import Place, notes

if TYPE_CHECKING:
    from pathlib import Path


def test_an_own_deck_is_edited_where_it_is(place: Place) -> None:
    path = place.write("d.md", notes("a", "b"))
    library = place.library()
    library.refresh()
    card = place.collection.deck_cards("d")[1]
    editable = make_editable(library, DeckId("d"), card, place.folder / "decks")
    assert (editable.path, editable.line, editable.copied) == (path, 9, False)
    before = place.library()
    assert make_editable(before, DeckId("d"), card, place.folder / "decks").path == path


def test_a_sample_is_copied_first_and_only_once(place: Place, tmp_path: Path) -> None:
    samples = tmp_path / "samples"
    samples.mkdir()
    (samples / "owls.md").write_text(notes("a", deck="owls"), encoding="utf-8")
    library = place.library(Source(samples, "sample"))
    library.refresh()
    card = place.collection.deck_cards("owls")[0]
    own = tmp_path / "decks"
    first = make_editable(library, DeckId("owls"), card, own)
    assert (first.path, first.copied) == (own / "owls.md", True)
    again = make_editable(library, DeckId("owls"), card, own)
    assert (again.path, again.copied) == (own / "owls.md", False)


def test_a_deck_whose_file_is_gone_says_so(place: Place) -> None:
    path = place.write("d.md", notes("a"))
    library = place.library()
    library.refresh()
    card = place.collection.deck_cards("d")[0]
    path.unlink()
    with pytest.raises(NotEditableError, match="gone"):
        make_editable(library, DeckId("d"), card, place.folder / "decks")
    with pytest.raises(NotEditableError):
        make_editable(library, DeckId("other"), card, place.folder / "decks")


@pytest.mark.parametrize("text", ["/a/b", "~/b", "./b", "../b", "a/b", "deck.md"])
def test_paths_look_like_paths(text: str) -> None:
    assert looks_like_path(text)


@pytest.mark.parametrize("text", ["Spanish", "Español 2", "A1.2 words", "Q: and A:"])
def test_names_do_not(text: str) -> None:
    assert not looks_like_path(text)


def test_a_name_makes_a_deck_with_a_first_note(place: Place, tmp_path: Path) -> None:
    library, added = place.library(), AddedDecks(tmp_path / "data" / "added.json")
    path = add_or_create(library, added, "Español: uno", tmp_path / "decks")
    assert path.parent == tmp_path / "decks"
    row = library.rows()[0]
    assert (row.title, row.cards) == ("Español: uno", 2)
    other = add_or_create(library, added, "Español: uno", tmp_path / "decks")
    assert other != path
    assert added.read() == []


def test_added_paths_are_kept_in_order_and_once(place: Place, tmp_path: Path) -> None:
    library, added = place.library(), AddedDecks(tmp_path / "data" / "added.json")
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / "a.md").write_text(notes("a", deck="a"), encoding="utf-8")
    for _ in range(2):
        assert add_or_create(library, added, str(tmp_path / "x"), tmp_path / "decks")
    assert added.read() == [tmp_path / "x"]
    assert list(added_sources(added)) == [Source(tmp_path / "x", "folder")]
    assert [row.id for row in library.rows()] == ["a"]
    with pytest.raises(FileNotFoundError):
        add_or_create(library, added, str(tmp_path / "nothing"), tmp_path / "decks")


@pytest.mark.parametrize("content", ["", "{", '{"a": 1}', "[1, null]", "\udcff"])
def test_a_damaged_list_of_added_decks_is_no_list(tmp_path: Path, content: str) -> None:
    file = tmp_path / "added.json"
    file.write_bytes(content.encode("utf-8", "surrogateescape"))
    assert AddedDecks(file).read() == []
