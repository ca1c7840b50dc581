"""The review screen, as a learner meets it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest
from textual.widgets import Input

from recalliq_tui.domain.cards import Side
from recalliq_tui.domain.memory import Rating
from recalliq_tui.tui.screens.end import EndScreen
from recalliq_tui.tui.screens.home import HomeScreen
from recalliq_tui.tui.screens.review import ReviewScreen
from recalliq_tui.tui.widgets.session import Ratings
from tests.tui.world import World, running, screen_text, shows, until

if TYPE_CHECKING:
    from pathlib import Path

    from textual.pilot import Pilot

    from recalliq_tui.services.steps import Step

TYPED = """\
---
id = "typed"
name = "Typed"
lang = "en"
typed = true
---
Q: How do you say "the house of my brother"?
A: la casa de mi hermano

Q: How do you say "the window"?
A: la ventana
"""


def review(pilot: Pilot[int]) -> ReviewScreen:
    screen = pilot.app.screen
    assert isinstance(screen, ReviewScreen)
    return screen


def asked(pilot: Pilot[int]) -> str:
    question = review(pilot).question
    assert question is not None
    return question.card.front.text


async def rated(pilot: Pilot[int], *keys: str) -> None:
    """Show the back and rate, key by key."""
    for key in keys:
        before = review(pilot)._step
        await pilot.press("space", key)
        await until(pilot, partial(_went_on, pilot, before))


def _went_on(pilot: Pilot[int], before: Step) -> bool:
    screen = pilot.app.screen
    return not isinstance(screen, ReviewScreen) or screen._step is not before


async def test_front_back_and_the_next_card(world: World) -> None:
    world.write("spanish.md")
    async with running(world.app("spanish")) as pilot:
        text = await shows(pilot, 'How do you say "the window"?', "1 of 3", "space show")
        assert "la ventana" not in text
        assert "Again" not in text
        line = text.splitlines().index(
            next(each for each in text.splitlines() if "the window" in each)
        )
        await pilot.press("space")
        text = await shows(pilot, "la ventana", "1 Again", "2 Hard", "3 Good", "4 Easy", "10 min")
        assert 'How do you say "the window"?' in text.splitlines()[line], "the question jumped"
        await pilot.press("3")
        text = await shows(pilot, 'How do you say "the door"?', "2 of 3")
        assert "la puerta" not in text
        assert "Again" not in text


async def test_ratings_do_nothing_on_the_front(world: World) -> None:
    world.write("spanish.md")
    async with running(world.app("spanish")) as pilot:
        await pilot.press("1", "2", "3", "4")
        await pilot.pause()
        assert asked(pilot) == 'How do you say "the window"?'
        assert not await pilot.app.runtime.db(pilot.app.runtime.collection.history)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("key", "rating"), [("1", 1), ("2", 2), ("3", 3), ("4", 4), ("space", 3), ("enter", 3)]
)
async def test_each_rating_key_is_stored_as_its_rating(world: World, key: str, rating: int) -> None:
    world.write("spanish.md")
    app = world.app("spanish")
    async with running(app) as pilot:
        await rated(pilot, key)
        history = await app.runtime.db(app.runtime.collection.history)
        assert [each.review.rating for each in history] == [Rating(rating)]


@pytest.mark.parametrize("column", range(4))
async def test_a_rating_is_clicked(world: World, column: int) -> None:
    world.write("spanish.md")
    app = world.app("spanish")
    async with running(app) as pilot:
        await pilot.press("space")
        await shows(pilot, "1 Again")
        ratings = app.screen.query_one(Ratings)
        await pilot.click(ratings, offset=(ratings._left + column * ratings._cell + 2, 0))
        await shows(pilot, "2 of 3")
        history = await app.runtime.db(app.runtime.collection.history)
        assert [each.review.rating for each in history] == [Rating(column + 1)]


async def test_the_key_line_is_clicked(world: World) -> None:
    world.write("spanish.md")
    async with running(world.app("spanish")) as pilot:
        text = await shows(pilot, "space show")
        column = text.splitlines()[-1].index("show")
        await pilot.click("#keyline", offset=(column, 0))
        await shows(pilot, "la ventana", "1 Again")


async def test_two_quick_ratings_are_one_answer(world: World) -> None:
    world.write("spanish.md")
    app = world.app("spanish")
    async with running(app) as pilot:
        await pilot.press("space")
        screen = review(pilot)
        screen.action_rate(3)
        screen.action_rate(3)
        await shows(pilot, "2 of 3")
        assert len(await app.runtime.db(app.runtime.collection.history)) == 1


async def test_typed_right_typo_and_wrong(world: World) -> None:
    world.write("typed.md", TYPED)
    app = world.app("typed")
    async with running(app) as pilot:
        await shows(pilot, "↵ compare", "esc leave")
        assert "type it" not in screen_text(app)
        assert isinstance(app.focused, Input)
        await pilot.press(*"La casa de mi hermnao", "enter")
        text = await shows(pilot, "you", "✓ right", "▲hermnao", "3 Good ◂")
        assert "1 of 2" in text, "a suggestion must not act"
        await pilot.press("3")
        await shows(pilot, "2 of 2")
        assert isinstance(app.focused, Input)
        await pilot.press(*"la puerta", "enter")
        await shows(pilot, "✗puerta", "la ventana", "1 Again")
        await pilot.press("2")
        await shows(pilot, "house of my brother")


async def test_a_nearly_right_answer_suggests_hard(world: World) -> None:
    world.write("typed.md", TYPED)
    async with running(world.app("typed")) as pilot:
        await pilot.press(*"la casa de mi", "enter")
        await shows(pilot, "▲ nearly", "✗(hermano)", "2 Hard ◂")


async def test_escape_leaves_the_field_and_tab_comes_back(world: World) -> None:
    world.write("typed.md", TYPED)
    app = world.app("typed")
    async with running(app) as pilot:
        await pilot.press("escape")
        await until(pilot, lambda: app.focused is None, "the field is left")
        await pilot.press("tab")
        await until(pilot, lambda: isinstance(app.focused, Input), "the field is back")
        await pilot.press("escape", "space")
        await shows(pilot, "la casa de mi hermano", "1 Again")


async def test_tab_in_the_field_keeps_what_was_typed(world: World) -> None:
    world.write("typed.md", TYPED)
    app = world.app("typed")
    async with running(app) as pilot:
        await until(pilot, lambda: isinstance(app.focused, Input))
        await pilot.press("l", "a", "tab")
        assert app.screen.query_one("#answer", Input).value == "la"


async def test_single_keys_write_in_the_field_and_alt_keys_act(world: World) -> None:
    world.write("typed.md", TYPED)
    app = world.app("typed")
    async with running(app) as pilot:
        await pilot.press("v", "r", "q", "question_mark")
        field = app.screen.query_one("#answer", Input)
        assert field.value == "vrq?"
        assert not app.status.muted
        await pilot.press("alt+v")
        await shows(pilot, "muted")
        await pilot.press("alt+r", "f1")
        await shows(pilot, "Keys", "Hear this side again")
        assert field.value == "vrq?"


async def test_undo_in_the_same_sitting_and_after_a_restart(world: World) -> None:
    world.write("spanish.md")
    app = world.app("spanish")
    async with running(app) as pilot:
        await rated(pilot, "3", "4")
        await pilot.press("u")
        await shows(pilot, "the door", "2 of 3", "Taken back.")
        assert review(pilot)._side is Side.FRONT
    app = world.app("spanish")
    async with running(app) as pilot:
        await shows(pilot, "the door")
        await pilot.press("u")
        await shows(pilot, "the window", "Taken back.")
        await pilot.press("u")
        await shows(pilot, "Nothing to take back.")
        assert not await app.runtime.db(app.runtime.collection.history)


async def test_bury_suspend_and_mark(world: World) -> None:
    world.write("spanish.md")
    app = world.app("spanish")
    async with running(app) as pilot:
        await pilot.press("asterisk")
        await shows(pilot, "★ Spanish", "Marked.")
        await pilot.press("asterisk")
        await shows(pilot, "No longer marked.")
        await pilot.press("minus")
        await shows(pilot, "the door", "Buried until tomorrow.")
        await pilot.press("at")
        await shows(pilot, "the house", "Suspended.")
    app = world.app("spanish")
    async with running(app) as pilot:
        await shows(pilot, "the house", "1 of 1")


async def test_what_was_done_to_the_last_card_is_told_on_the_end_screen(world: World) -> None:
    world.write("one.md", '---\nid = "one"\nname = "One"\n---\nQ: a?\nA: b\n')
    async with running(world.app("one")) as pilot:
        await pilot.press("minus")
        await until(pilot, lambda: isinstance(pilot.app.screen, EndScreen))
        await shows(pilot, "Nothing was asked in this session.")


async def test_info_shows_history_and_any_closing_key_takes_it_away(world: World) -> None:
    world.write("spanish.md")
    app = world.app("spanish")
    async with running(app) as pilot:
        await rated(pilot, "1", "3", "3")
        await pilot.press("i")
        await shows(pilot, "learning", "stability", "History", "2026-11-20 12:00  Again")
        await pilot.press("i")
        await until(pilot, lambda: isinstance(app.screen, ReviewScreen))


async def test_waiting_then_the_card_comes_by_itself(world: World) -> None:
    world.values["study.learning_steps"] = ["30m"]
    world.write("spanish.md")
    app = world.app("spanish")
    async with running(app) as pilot:
        await rated(pilot, "1", "1", "1")
        text = await shows(pilot, "comes back in 10 min", "press q")
        assert "space show" not in text
        world.clock.forward(minutes=4)
        await shows(pilot, "comes back in 6 min")
        world.clock.forward(minutes=6)
        await shows(pilot, "the window", "space show")


async def test_the_end_says_what_was_done_and_what_comes(world: World) -> None:
    world.write("spanish.md")
    app = world.app("spanish")
    async with running(app) as pilot:
        await rated(pilot, "4", "4", "4")
        await shows(pilot, "3 answers", "3 easy", "3 new cards met", "That is all for today.")
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, HomeScreen))


async def test_leaving_in_the_middle_and_going_on_later(world: World) -> None:
    world.write("spanish.md")
    app = world.app("spanish")
    async with running(app) as pilot:
        await rated(pilot, "3")
        await pilot.press("q")
        await shows(pilot, "1 answer", "still to ask today")


async def test_a_resumed_session_shows_the_same_card_and_side(world: World) -> None:
    world.write("spanish.md")
    app = world.app("spanish")
    async with running(app) as pilot:
        await rated(pilot, "3")
        await pilot.press("space")
        await shows(pilot, "la puerta")
    app = world.app("spanish")
    async with running(app) as pilot:
        await shows(pilot, "the door", "la puerta", "1 Again")


def an_editor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """Let ``$EDITOR`` be a script; the file is its last argument."""
    editor = tmp_path / "editor.sh"
    editor.write_text(f"#!/bin/sh\nfor file; do :; done\n{script}\n")
    editor.chmod(0o755)
    monkeypatch.setenv("EDITOR", str(editor))


async def test_the_edited_note_shows_at_once(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.write("spanish.md")
    an_editor(tmp_path, monkeypatch, "sed -i 's/la ventana/la VENTANA/' \"$file\"")
    async with running(world.app("spanish")) as pilot:
        await pilot.press("space", "e")
        text = await shows(pilot, "la VENTANA")
        assert "Again" in text, "the same side is in sight"


async def test_an_edited_question_may_keep_its_progress(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.write("spanish.md")
    app = world.app("spanish")
    async with running(app) as pilot:
        await rated(pilot, "4", "1", "4")
        await shows(pilot, "the door")
        an_editor(tmp_path, monkeypatch, "sed -i 's/the door/the big door/' \"$file\"")
        await pilot.press("e")
        await shows(pilot, "Keep progress?", "was", "now", "the big door", "y keep it")
        await pilot.press("y")
        await shows(pilot, "the big door")
        assert isinstance(app.screen, ReviewScreen)
        card = review(pilot).question
        assert card is not None
        history = await app.runtime.db(app.runtime.collection.history, card.card.id)
        assert [each.review.rating for each in history] == [Rating.AGAIN]


async def test_an_editor_that_is_missing_is_told(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.write("spanish.md")
    monkeypatch.setenv("EDITOR", "/nowhere/editor --wait")
    async with running(world.app("spanish")) as pilot:
        await pilot.press("e")
        await shows(pilot, "can't be started", "Set EDITOR")
        assert "the window" in screen_text(pilot.app)


async def test_a_card_deleted_in_the_editor_gives_way_to_the_next(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.write("spanish.md")
    an_editor(tmp_path, monkeypatch, "sed -i '/the window/d;/la ventana/d' \"$file\"")
    async with running(world.app("spanish")) as pilot:
        await pilot.press("e")
        await shows(pilot, "the door")


async def test_a_long_card_scrolls_by_keys(world: World) -> None:
    lines = "\n".join(f"- line {n} of the answer" for n in range(60))
    world.write("long.md", f'---\nid = "long"\nname = "Long"\n---\nQ: All lines?\nA:\n{lines}\n')
    async with running(world.app("long")) as pilot:
        await pilot.press("space")
        text = await shows(pilot, "line 0 of", "1 Again")
        assert "line 59" not in text
        await pilot.press("pagedown", "pagedown", "pagedown", "pagedown", "pagedown")
        await shows(pilot, "line 59 of", "1 Again")
        await pilot.press("pageup", "pageup", "pageup", "pageup", "pageup")
        await shows(pilot, "All lines?")
