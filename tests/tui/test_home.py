"""The home screen: decks, counts, adding, problems, first steps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from recalliq_tui.decks.samples import samples_root
from recalliq_tui.services.library import Source
from recalliq_tui.tui.screens.home import HomeScreen
from recalliq_tui.tui.screens.review import ReviewScreen
from tests.tui.world import World, running, screen_text, shows, until

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

ONE = '---\nid = "one"\nname = "One card"\n---\nQ: a?\nA: b\n'


def row(text: str, word: str) -> str:
    """The line of the screen with a word in it."""
    return next(line for line in text.splitlines() if word in line)


async def test_the_tree_with_counts(world: World) -> None:
    world.write("Languages/spanish.md")
    world.write("one.md", ONE)
    async with running(world.app()) as pilot:
        text = await shows(pilot, "▾ Languages", "Spanish", "One card", "new learn", "4 new")
        assert row(text, "Spanish").split() == ["Spanish", "3", "·", "·"]
        assert row(text, "Languages").split() == ["▾", "Languages", "3", "·", "·"]


async def test_a_folder_folds_and_opens(world: World) -> None:
    world.write("Languages/spanish.md")
    async with running(world.app()) as pilot:
        await shows(pilot, "Spanish")
        await pilot.press("up", "left")
        text = await shows(pilot, "▸ Languages")
        assert "Spanish" not in text
        await pilot.press("right")
        await shows(pilot, "▾ Languages", "Spanish")
        await pilot.press("space")
        await shows(pilot, "▸ Languages")
        await pilot.press("space")
        await shows(pilot, "▾ Languages")


async def test_the_tree_stands_still_while_the_files_are_looked_at(world: World) -> None:
    world.write("Languages/spanish.md")
    async with running(world.app()) as pilot:
        before = await shows(pilot, "Spanish")
    app = world.app()
    shelf = await app.runtime.decks.shelf()
    assert [node.title for node in shelf.nodes] == ["Languages", "Spanish"]
    async with running(app) as pilot:
        assert await shows(pilot, "Spanish") == before


async def test_a_folder_is_studied_as_one(world: World) -> None:
    world.write("Languages/spanish.md")
    world.write("Languages/one.md", ONE)
    async with running(world.app()) as pilot:
        await shows(pilot, "Spanish")
        await pilot.press("home", "enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, ReviewScreen))
        await shows(pilot, "1 of 4")


async def test_enter_studies_and_q_comes_back(world: World) -> None:
    world.write("spanish.md")
    async with running(world.app()) as pilot:
        await shows(pilot, "Spanish")
        await pilot.press("enter")
        await shows(pilot, "the window", "1 of 3")
        await pilot.press("space", "3")
        await shows(pilot, "the door")
        await pilot.press("q")
        await shows(pilot, "1 answer")
        await pilot.press("q")
        text = await shows(pilot, "Spanish", "1 due", "2 new")
        assert row(text, "Spanish").split() == ["Spanish", "2", "1", "·"]


async def test_the_first_run_teaches_three_keys_and_later_ones_do_not(world: World) -> None:
    world.write("spanish.md")
    async with running(world.app()) as pilot:
        await shows(pilot, "Three keys are enough", "enter   study", "1 to 4")
        await pilot.press("enter")
        await shows(pilot, "the window")
        await pilot.press("space", "3")
        await shows(pilot, "the door")
        await pilot.press("q")
        await shows(pilot, "1 answer")
        await pilot.press("q")
        await until(pilot, lambda: isinstance(pilot.app.screen, HomeScreen))
        await until(pilot, lambda: "Three keys" not in screen_text(pilot.app))


async def test_without_decks_it_says_what_to_do(world: World) -> None:
    async with running(world.app()) as pilot:
        await shows(pilot, "No decks yet.", "Press a to create", "a add")
        await pilot.press("enter", "left", "space", "c")
        await shows(pilot, "No decks yet.")


async def test_a_deck_without_anything_due_says_so(world: World) -> None:
    world.write("one.md", ONE)
    async with running(world.app()) as pilot:
        await shows(pilot, "One card")
        await pilot.press("enter")
        await shows(pilot, "1 of 1")
        await pilot.press("space", "4")
        await shows(pilot, "That is all for today")
        await pilot.press("enter")
        await shows(pilot, "nothing due")
        await pilot.press("enter")
        await shows(pilot, "Nothing was asked in this session.")


async def test_a_deck_is_created_by_name(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EDITOR", "true")
    async with running(world.app()) as pilot:
        await shows(pilot, "No decks yet.")
        await pilot.press("a")
        await shows(pilot, "Add a deck", "opens in your editor: true")
        await pilot.press(*"Birds", "enter")
        text = await shows(pilot, "Birds", "Created Birds.md.")
        assert row(text, "  Birds").split()[:2] == ["Birds", "2"]
        assert (world.decks / "Birds.md").is_file()


async def test_a_folder_is_added_by_path_and_stays(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    folder = tmp_path / "course"
    folder.mkdir()
    (folder / "one.md").write_text(ONE, encoding="utf-8")
    async with running(world.app()) as pilot:
        await shows(pilot, "No decks yet.")
        await pilot.press("a")
        await shows(pilot, "Add a deck")
        await pilot.press(*"~/course", "enter")
        await shows(pilot, "One card")
    async with running(world.app()) as pilot:
        await shows(pilot, "One card")


async def test_a_path_where_nothing_is_can_be_corrected(world: World) -> None:
    async with running(world.app()) as pilot:
        await pilot.press("a")
        await shows(pilot, "Add a deck")
        await pilot.press(*"/nowhere/x.md", "enter")
        await shows(pilot, "nothing is there", "Choose another name or folder.")
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(pilot.app.screen, HomeScreen))


async def test_problems_of_a_file_are_shown_and_the_rest_is_studied(world: World) -> None:
    world.write("bad.md", ONE + "\nQ: no answer here\n\nQ: c?\nA: d\n")
    async with running(world.app()) as pilot:
        text = await shows(pilot, "One card ▲", "c problems")
        assert row(text, "One card").split()[3] == "2"
        await pilot.press("c")
        await shows(pilot, "What is wrong in One card", "bad.md", "line 8")
        await pilot.press("q")
        await until(pilot, lambda: isinstance(pilot.app.screen, HomeScreen))


async def test_a_file_that_is_no_utf8_is_a_problem_and_no_crash(world: World) -> None:
    world.write("one.md", ONE)
    (world.decks / "latin1.md").write_bytes(b"Q: caf\xe9?\nA: b\n")
    async with running(world.app()) as pilot:
        await shows(pilot, "One card", "latin1 ▲")
        await pilot.press("home")
        await shows(pilot, "c problems")
        await pilot.press("c")
        await shows(pilot, "UTF-8")


async def test_a_file_that_vanishes_leaves_the_tree_at_the_next_look(world: World) -> None:
    path = world.write("one.md", ONE)
    world.write("spanish.md")
    async with running(world.app()) as pilot:
        await shows(pilot, "One card", "Spanish")
        path.unlink()
        await pilot.press("f5")
        await until(pilot, lambda: "One card" not in screen_text(pilot.app))
        await shows(pilot, "Spanish")


async def test_an_interrupted_session_is_offered(world: World) -> None:
    world.write("spanish.md")
    async with running(world.app("spanish")) as pilot:
        await pilot.press("space", "3")
        await shows(pilot, "the door")
        await pilot.press("space")
        await shows(pilot, "la puerta")
    world.sound = True
    async with running(world.app()) as pilot:
        await shows(pilot, "Go on where you stopped?", "Spanish", "the door", "1 answered")
        await pilot.press("y")
        await shows(pilot, "la puerta", "1 Again")


async def test_declining_to_go_on_is_not_asked_again(world: World) -> None:
    world.write("spanish.md")
    async with running(world.app("spanish")) as pilot:
        await shows(pilot, "the window")
    world.sound = True
    async with running(world.app()) as pilot:
        await shows(pilot, "Go on where you stopped?", "its first card")
        await pilot.press("n")
        await until(pilot, lambda: isinstance(pilot.app.screen, HomeScreen))
    assert await _open_session(world) is None


async def _open_session(world: World) -> object:
    runtime = world.runtime()
    try:
        return await runtime.open_session()
    finally:
        runtime.shut()


async def test_a_second_program_reads_only_and_says_so(world: World) -> None:
    world.write("spanish.md")
    first = world.app("spanish")
    async with running(world.app()) as pilot:
        await shows(pilot, "read-only: open elsewhere", "Spanish")
        await pilot.press("enter")
        await shows(pilot, "the window")
        await pilot.press("space", "3")
        await shows(pilot, "la ventana", "opened for reading only", "Close the other recalliq")
        await pilot.press("u", "minus", "at", "asterisk", "i")
        await shows(pilot, "History")
        await pilot.press("escape", "q")
        await shows(pilot, "Nothing was asked")
    first.runtime.shut()


async def test_the_samples_are_there(world: World) -> None:
    world.sources = [Source(world.decks, "own"), Source(samples_root(), "sample")]
    async with running(world.app()) as pilot:
        await shows(pilot, "▾ Languages", "Spanish", "Prayers in Latin", "texts")


async def test_editing_a_sample_makes_an_own_copy(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EDITOR", "true")
    world.sources = [Source(world.decks, "own"), Source(samples_root(), "sample")]
    app = world.app("earth-and-sky")
    async with running(app) as pilot:
        await shows(pilot, "1 of 20")
        await pilot.press("e")
        await shows(pilot, "Your own copy is studied from now on.")
        copies = list(world.decks.rglob("*.md"))
        assert [path.name for path in copies] == ["earth-and-sky.md"]


async def test_a_card_of_a_deck_that_was_opened_by_id_can_be_edited(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.write("spanish.md")
    async with running(world.app("spanish")) as pilot:
        await shows(pilot, "the window")
    monkeypatch.setenv("EDITOR", "true")
    async with running(world.app("spanish")) as pilot:
        await shows(pilot, "the window")
        await pilot.press("e")
        await shows(pilot, "Read again.")
