"""Deck files on disk: the tree, what can't be read, checking, and the learner's own copies."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from recalliq_tui.decks.check import check_paths
from recalliq_tui.decks.editing import create_deck, new_deck_text, note_line, own_copy
from recalliq_tui.decks.markdown import parse_deck
from recalliq_tui.decks.samples import samples_root
from recalliq_tui.decks.tree import DeckFile, deck_files, load, unreadable

NOTE = "Q: a\nA: b\n"


def write(path: Path, text: str | bytes = NOTE) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def test_a_folder_is_a_tree_of_decks_in_the_order_people_count(tmp_path: Path) -> None:
    for name in ("Ch 10.md", "Ch 2.md", "b/Éa.md", "b/z.MD", "a.txt", ".hidden.md", ".git/x.md"):
        write(tmp_path / name)
    write(tmp_path / "README.md", "# About\n\nNothing here is a note.\n")
    write(tmp_path / "b/README.md", NOTE)
    files = deck_files(tmp_path, origin="own")
    assert [file.default_id for file in files] == [
        "b/Éa.md",
        "b/README.md",
        "b/z.MD",
        "Ch 2.md",
        "Ch 10.md",
    ]
    assert files[0].folders == ("b",)
    assert {file.origin for file in files} == {"own"}


def test_links_that_lead_back_up_end(tmp_path: Path) -> None:
    write(tmp_path / "a" / "deck.md")
    (tmp_path / "a" / "loop").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "a" / "self").symlink_to("self")
    (tmp_path / "a" / "dangling.md").symlink_to("nowhere.md")
    files = deck_files(tmp_path, origin="own")
    assert [file.default_id for file in files] == ["a/dangling.md", "a/deck.md"]
    assert load(files[0]).problems[0].found == "no such file"


def test_a_file_is_a_tree_of_one(tmp_path: Path) -> None:
    path = write(tmp_path / "x" / "deck.md")
    (file,) = deck_files(path, origin="path")
    deck = load(file)
    assert (deck.id, deck.title, len(deck.notes)) == ("deck.md", "deck", 1)
    assert deck.path == str(path)
    assert deck_files(tmp_path / "none", origin="path") == []


def test_a_file_that_vanishes_is_a_problem(tmp_path: Path) -> None:
    (file,) = deck_files(write(tmp_path / "deck.md"), origin="path")
    file.path.unlink()
    deck = load(file)
    assert [str(problem) for problem in deck.problems] == [
        f"{file.path}:1: no such file; check the name, or add the deck again"
    ]
    assert deck.id == "deck.md"


def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.md"
    os.mkfifo(pipe)
    deck = load(DeckFile(pipe, tmp_path, "own"))
    assert "not a regular file" in deck.problems[0].found


def test_each_failure_to_read_says_what_to_do(tmp_path: Path) -> None:
    errors = (PermissionError(13, "x"), IsADirectoryError(21, "x"), OSError(5, "I/O \x1b[31merror"))
    found = [unreadable(tmp_path, error).found for error in errors]
    assert found == ["the file may not be read", "a folder", "can't be read (I/O error)"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_is_a_problem(tmp_path: Path) -> None:
    path = write(tmp_path / "deck.md")
    path.chmod(0)
    assert load(DeckFile(path, tmp_path, "own")).problems[0].found == "the file may not be read"


def test_a_folder_named_like_a_deck_is_a_problem_when_loaded(tmp_path: Path) -> None:
    (tmp_path / "deck.md").mkdir()
    assert deck_files(tmp_path, origin="own") == []
    assert load(DeckFile(tmp_path / "deck.md", tmp_path, "own")).problems


def test_check_names_every_problem_of_every_file(tmp_path: Path) -> None:
    write(tmp_path / "1.md", "---\nid = 'same'\n---\n" + NOTE + "A: c\n")
    write(tmp_path / "2.md", "---\nid = 'same'\n---\n" + NOTE)
    write(tmp_path / "3.md", "no notes at all")
    (tmp_path / "empty").mkdir()
    found = [
        (Path(problem.path).name, problem.line, problem.found)
        for problem in check_paths(
            [tmp_path, tmp_path / "1.md", tmp_path / "x.md", tmp_path / "empty"]
        )
    ]
    assert found == [
        ("1.md", 6, "a second A:"),
        ("3.md", 1, "no notes"),
        ("x.md", 1, "no such file"),
        ("empty", 1, "a folder without decks"),
        ("2.md", 1, f"the deck id “same” is that of {tmp_path / '1.md'} too"),
    ]


def test_paths_in_problems_are_harmless(tmp_path: Path) -> None:
    write(tmp_path / "a\x1b[31m\nb  c.md", "A: b")
    (problem,) = check_paths([tmp_path])
    assert problem.path == f"{tmp_path}/a b  c.md"


def test_the_samples_are_found_and_sound() -> None:
    root = samples_root()
    assert deck_files(root, origin="samples")
    assert check_paths([root]) == []


def test_a_new_deck_loads_without_a_problem(tmp_path: Path) -> None:
    path = create_deck(tmp_path / "decks", 'Greek "語" / 日本', lang="el")
    deck = load(DeckFile(path, path.parent, "own"))
    assert path.name == "Greek 語 日本.md"
    assert (deck.title, deck.lang) == ('Greek "語" / 日本', "el")
    assert len(deck.notes) == 2
    assert not deck.problems
    assert path.stat().st_mode & 0o777 == 0o644


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "", "...", "con", "a\0b", "\x1b[31m", "x" * 500]
)
def test_any_name_stays_in_its_folder(tmp_path: Path, name: str) -> None:
    path = create_deck(tmp_path, name)
    assert path.parent == tmp_path
    assert path.exists()
    assert not load(DeckFile(path, tmp_path, "own")).problems


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    names = [create_deck(tmp_path, "Deck").name for _ in range(3)]
    assert names == ["Deck.md", "Deck 2.md", "Deck 3.md"]
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(names)


def test_new_deck_text_has_front_matter() -> None:
    assert new_deck_text("A\nB").startswith('---\nname = "A B"\n---\n')


@pytest.mark.parametrize(
    "text",
    [
        NOTE,
        "\ufeff" + NOTE,
        "---\r\nname = 'n'\r\n---\r\nQ: a\r\nA: b\r\n<!-- riq id=\"x\" -->\r\n",
        "---\nQ: a\nA: b\n---\nQ: c\nA: d\n",
        "---\nid = 'mine'\n---\n" + NOTE,
        "---\n---\n" + NOTE,
        "---\nname: broken\n---\n" + NOTE,
    ],
)
def test_the_learners_own_copy_keeps_identity(tmp_path: Path, text: str) -> None:
    write(tmp_path / "samples" / "sub" / "deck.md", text)
    (file,) = deck_files(tmp_path / "samples", origin="samples")
    before = load(file)
    path = own_copy(file, tmp_path / "own")
    assert path == tmp_path / "own" / "sub" / "deck.md"
    after = load(DeckFile(path, path.parent, "own"))
    assert after.id == before.id
    assert [card.id for card in after.cards] == [card.id for card in before.cards]
    assert text.removeprefix("\ufeff").splitlines()[-1] in path.read_text("utf-8-sig").splitlines()
    assert own_copy(file, tmp_path / "own") == path


def test_a_copy_does_not_replace_another_deck_of_that_name(tmp_path: Path) -> None:
    write(tmp_path / "samples" / "deck.md")
    other = write(tmp_path / "own" / "deck.md", "---\nid = 'other'\n---\nQ: mine\nA: mine\n")
    (file,) = deck_files(tmp_path / "samples", origin="samples")
    path = own_copy(file, tmp_path / "own")
    assert path.name == "deck 2.md"
    assert "mine" in other.read_text()


def test_the_editor_opens_where_the_note_is_now(tmp_path: Path) -> None:
    path = write(tmp_path / "deck.md", 'Q: a\nA: b\n\nQ: c\nA: d\n<!-- riq id="x" -->\n')
    first, second = parse_deck(path.read_text(), path=str(path), deck_id="the id").cards
    path.write_text("New line\n\n" + path.read_text())
    assert (note_line(path, first), note_line(path, second)) == (3, 6)
    path.write_text("gone")
    assert note_line(path, second) == 4
    path.unlink()
    assert note_line(path, second) == 4
