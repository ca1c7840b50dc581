"""Decks on the shelf: found, indexed only when they change, named, hidden, gone."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from recalliq_tui.decks.editing import own_copy
from recalliq_tui.decks.tree import DeckFile, load
from recalliq_tui.services.library import Library, Source, UnknownDeckError
from tests.services.shelves import Place, notes

if TYPE_CHECKING:
    from pathlib import Path

    from recalliq_tui.domain.cards import Deck


@pytest.fixture
def loaded(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the files that are parsed."""
    names: list[str] = []

    def loud(file: DeckFile) -> Deck:
        names.append(file.path.name)
        return load(file)

    monkeypatch.setattr("recalliq_tui.services.library.load", loud)
    return names


def titles(library: Library) -> list[str]:
    return [("  " * node.depth) + node.title for node in library.shelf().nodes]


def test_the_tree_has_folders_first_then_decks_by_title(place: Place) -> None:
    place.write("Zoo/b.md", notes("b", deck="b", name="Bears"))
    place.write("Art/Old/c.md", notes("c", deck="c", name="Cubism"))
    place.write("a.md", notes("a", deck="a", name="Alone"))
    library = place.library()
    library.refresh()
    assert titles(library) == ["Art", "  Old", "    Cubism", "Zoo", "  Bears", "Alone"]
    nodes = {node.title: node for node in library.shelf().nodes}
    assert (nodes["Art"].new, nodes["Art"].deck_ids) == (1, ("c",))


def test_the_tree_is_the_same_before_the_files_are_looked_at(place: Place) -> None:
    place.write("Art/Old/c.md", notes("c", deck="c", name="Cubism"))
    library = place.library()
    library.refresh()
    assert titles(place.library()) == titles(library)


def test_unchanged_files_are_not_parsed_again(place: Place, loaded: list[str]) -> None:
    place.write("a.md", notes("a", deck="a"))
    changing = place.write("b.md", notes("b", deck="b"))
    place.library().refresh()
    loaded.clear()
    assert place.library().refresh().changed == []
    assert loaded == []
    changing.write_text(notes("b", "c", deck="b"), encoding="utf-8")
    assert place.library().refresh().changed == ["b"]
    assert loaded == ["b.md"]


def test_a_change_of_the_same_size_is_seen_by_its_time(place: Place, loaded: list[str]) -> None:
    path = place.write("a.md", notes("a", deck="a"))
    place.library().refresh()
    path.write_text(notes("z", deck="a"), encoding="utf-8")
    os.utime(path, ns=(1, 1))
    loaded.clear()
    assert place.library().refresh().changed == ["a"]


def test_an_own_copy_hides_the_sample_and_keeps_progress(place: Place, tmp_path: Path) -> None:
    samples = tmp_path / "samples"
    (samples / "Birds").mkdir(parents=True)
    sample = samples / "Birds" / "owls.md"
    sample.write_text("---\nname = 'Owls'\n---\nQ: a\nA: b\n", encoding="utf-8")
    source = Source(samples, "sample")
    place.library(source).refresh()
    assert [(row.id, row.origin) for row in place.library().rows()] == [("Birds/owls.md", "sample")]
    own_copy(DeckFile(sample, samples, "sample"), tmp_path / "decks")
    library = place.library(source)
    library.refresh()
    assert [(row.id, row.origin) for row in library.rows()] == [("Birds/owls.md", "own")]
    library.refresh()
    assert [row.origin for row in library.rows()] == ["own"]


def test_a_file_that_vanished_takes_its_deck_away_and_brings_it_back(place: Place) -> None:
    path = place.write("a.md", notes("a", deck="a"))
    library = place.library()
    library.refresh()
    text = path.read_text(encoding="utf-8")
    path.unlink()
    assert library.refresh().gone == ["a"]
    assert titles(library) == []
    path.write_text(text, encoding="utf-8")
    library.refresh()
    assert titles(library) == ["Deck"]


def test_two_files_with_one_id_are_one_deck(place: Place) -> None:
    place.write("a.md", notes("a", deck="same", name="First"))
    place.write("b.md", notes("b", deck="same", name="Second"))
    library = place.library()
    library.refresh()
    assert titles(library) == ["First"]
    library.refresh()
    assert titles(library) == ["First"]


@pytest.mark.parametrize("wanted", ["birds", "BIRDS OF PREY", "Birds of prey"])
def test_a_deck_is_named_by_id_or_title_even_before_any_look(place: Place, wanted: str) -> None:
    place.write("x/birds.md", notes("a", deck="birds", name="Birds of prey"))
    assert place.library().resolve(wanted) == (["birds"], "Birds of prey")


def test_a_deck_named_by_id_has_its_latest_cards(place: Place) -> None:
    path = place.write("birds.md", notes("a", deck="birds"))
    place.library().refresh()
    path.write_text(notes("a", "b", deck="birds"), encoding="utf-8")
    place.library().resolve("birds")
    assert len(place.collection.deck_cards("birds")) == 2


def test_decks_outside_are_named_by_path(place: Place, tmp_path: Path) -> None:
    course = tmp_path / "course"
    (course / "one").mkdir(parents=True)
    (course / "one" / "a.md").write_text(notes("a", deck="a", name="A"), encoding="utf-8")
    (course / "b.md").write_text(notes("b", deck="b", name="B"), encoding="utf-8")
    library = place.library()
    ids, title = library.resolve(str(course))
    assert (sorted(ids), title) == (["a", "b"], "course")
    assert library.resolve(str(course / "b.md")) == (["b"], "B")


def test_a_path_may_be_relative_or_under_home(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "b.md").write_text(notes("b", deck="b", name="B"), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert place.library().resolve("b.md") == (["b"], "B")
    assert place.library().resolve("~/b.md") == (["b"], "B")
    assert place.library().resolve("./../" + tmp_path.name + "/b.md") == (["b"], "B")


def test_an_unknown_name_comes_with_the_nearest(place: Place, tmp_path: Path) -> None:
    place.write("birds.md", notes("a", deck="birds"))
    with pytest.raises(UnknownDeckError, match="did you mean birds") as raised:
        place.library().resolve("brids")
    assert raised.value.near == ("birds",)
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(UnknownDeckError):
        place.library().resolve(str(empty))


def test_problems_are_kept_by_deck_and_counted(place: Place) -> None:
    place.write("a.md", notes("a", deck="a") + "\nQ: no answer\n")
    library = place.library()
    library.refresh()
    assert [problem.line for problem in library.problems(library.rows()[0].id)] == [9]
    assert library.shelf().nodes[0].problems == 1
    fresh = place.library()
    fresh.refresh()
    assert fresh.shelf().nodes[0].problems == 1, "problems are there after a restart"


def test_an_edited_question_offers_its_past(place: Place) -> None:
    path = place.write("a.md", notes("the capital of Peru?", deck="a"))
    session = place.session()
    session.begin()
    from recalliq_tui.domain.memory import Rating  # noqa: PLC0415

    session.rate(Rating.EASY)
    path.write_text(notes("what is the capital of Peru?", deck="a"), encoding="utf-8")
    kept = place.library().refresh().kept
    assert [(each.old_text, each.new_text) for each in kept] == [
        ("the capital of Peru?", "what is the capital of Peru?")
    ]


def test_decks_of_texts_count_their_passages(place: Place) -> None:
    text = '---\nid = "p"\nname = "Prayers"\npassages = true\n---\nP: One\nline one\nline two\n'
    place.write("p.md", text)
    library = place.library()
    library.refresh()
    node = library.shelf().nodes[0]
    assert (node.cards, node.passages) == (0, 1)
    again = place.library()
    again.refresh()
    assert again.shelf().nodes[0].passages == 1


def test_a_second_instance_shows_what_the_first_indexed(place: Place) -> None:
    place.write("a.md", notes("a", deck="a"))
    place.library().refresh()
    second = Place(place.folder, place.clock)
    library = second.library()
    place.write("b.md", notes("b", deck="b"))
    library.refresh()
    assert [row.id for row in library.rows()] == ["a"]
    second.close()


def test_a_folder_that_is_missing_has_no_decks(place: Place, tmp_path: Path) -> None:
    library = place.library(Source(tmp_path / "gone", "folder"))
    assert library.refresh().changed == []
    shelf = library.shelf()
    assert (shelf.nodes, shelf.new, shelf.minutes, shelf.first_run) == ((), 0, 0, True)
