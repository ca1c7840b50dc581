"""Search, help, palette, themes, remapped keys, voice details: what is there on every screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from textual.color import Color
from textual.command import CommandPalette

from recalliq_tui.domain.voice import VoiceHealth, VoiceState
from recalliq_tui.services.board import CacheState, DeviceState
from recalliq_tui.tui.screens.dialogs import Page
from recalliq_tui.tui.screens.home import HomeScreen
from recalliq_tui.tui.screens.review import ReviewScreen
from recalliq_tui.tui.screens.search import SearchScreen
from recalliq_tui.tui.themes import DARK, LIGHT
from tests.tui.world import World, running, screen_text, shows, until

if TYPE_CHECKING:
    from textual.theme import Theme

VERBS = """\
---
id = "verbs"
name = "Verbs"
---
Q: to eat?
A: comer
<!-- riq tags=["verbs", "food"] -->

Q: to drink?
A: beber
<!-- riq tags=["verbs"] -->

Q: bread?
A: el pan
<!-- riq tags=["food"] -->
"""


async def test_search_finds_words_tags_and_decks(world: World) -> None:
    world.write("verbs.md", VERBS)
    world.write("spanish.md")
    async with running(world.app()) as pilot:
        await shows(pilot, "Verbs")
        await pilot.press("slash")
        await shows(pilot, "All words must occur", "tag:verbs")
        await pilot.press(*"VENTANA")
        text = await shows(pilot, 'How do you say "the window"? · la ventana', "Spanish", "1 card.")
        assert "comer" not in text
        await pilot.press("ctrl+u", *"tag:verbs tag:food")
        text = await shows(pilot, "to eat? · comer", "1 card.")
        assert "beber" not in text
        await pilot.press("ctrl+u", *"xyzzy")
        await shows(pilot, "No card has all of these words.")
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(pilot.app.screen, HomeScreen))


async def test_a_found_card_is_looked_at_suspended_and_marked(world: World) -> None:
    world.write("verbs.md", VERBS)
    app = world.app()
    async with running(app) as pilot:
        await shows(pilot, "Verbs")
        await pilot.press("slash", *"beber")
        await shows(pilot, "to drink?", "1 card.")
        await pilot.press("down", "enter")
        await shows(pilot, "Not asked yet.", "in turn, as a new card")
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, SearchScreen))
        await pilot.press("at")
        await shows(pilot, "@ to drink?")
        await pilot.press("asterisk")
        await shows(pilot, "★@ to drink?")
        await pilot.press("at", "asterisk")
        await until(pilot, lambda: "★" not in screen_text(app) and "@ to" not in screen_text(app))


async def test_signs_are_written_in_the_search_field(world: World) -> None:
    world.write("verbs.md", VERBS)
    async with running(world.app()) as pilot:
        await shows(pilot, "Verbs")
        await pilot.press("slash", "at", "v", "slash", "question_mark", "q")
        await shows(pilot, "@v/?q")


async def test_search_from_a_session_comes_back_to_the_card(world: World) -> None:
    world.write("spanish.md")
    async with running(world.app("spanish")) as pilot:
        await pilot.press("space", "slash", *"casa")
        await shows(pilot, "1 card.")
        await pilot.press("escape")
        await shows(pilot, "la ventana", "1 Again")


async def test_help_lists_the_keys_of_each_screen(world: World) -> None:
    world.write("spanish.md")
    async with running(world.app()) as pilot:
        await shows(pilot, "Spanish")
        await pilot.press("question_mark")
        text = await shows(pilot, "Keys", "Study the deck or folder", "Add or create a deck", "^p")
        assert "bury" not in text.lower()
        await pilot.press("escape", "enter")
        await shows(pilot, "the window")
        await pilot.press("f1")
        text = await shows(pilot, "space", "Show the back", "Known with much effort", "r alt+r")
        assert "Add or create" not in text


async def test_the_palette_lists_actions_and_runs_one(world: World) -> None:
    world.write("spanish.md")
    app = world.app("spanish")
    async with running(app) as pilot:
        await pilot.press("ctrl+p")
        await until(pilot, lambda: isinstance(app.screen, CommandPalette))
        await pilot.press(*"history")
        await shows(pilot, "Info: History and memory of this card", "Key: i")
        await pilot.press("enter")
        await shows(pilot, "Not asked yet.")
        assert isinstance(app.screen, Page)


async def test_the_palette_offers_nothing_that_does_nothing_now(world: World) -> None:
    world.write("spanish.md")
    app = world.app("spanish")
    async with running(app) as pilot:
        labels = {
            command.title.partition(":")[0] for command in app.get_system_commands(app.screen)
        }
        assert {"Show", "Edit", "Bury", "Quit", "Voice on/off", "Light or dark"} <= labels
        assert not {"Again", "Good", "Undo", "Study", "Add"} & labels
        await pilot.press("space")
        labels = {
            command.title.partition(":")[0] for command in app.get_system_commands(app.screen)
        }
        assert {"Again", "Hard", "Good", "Easy"} <= labels


@pytest.mark.parametrize(
    ("theme", "other"),
    [("dark", "recalliq-light"), ("light", "recalliq-dark"), ("ansi-dark", "ansi-light")],
)
async def test_the_theme_switches_and_back(world: World, theme: str, other: str) -> None:
    world.values["display.theme"] = theme
    world.write("spanish.md")
    app = world.app("spanish")
    async with running(app) as pilot:
        first = app.theme
        await pilot.press("f3")
        assert app.theme == other
        await pilot.press("f3")
        assert app.theme == first


async def test_a_remapped_key_works_and_shows_in_the_key_line(world: World) -> None:
    world.keymap.update({"review.show": "x", "review.again": "f", "home.study": "o"})
    world.write("spanish.md")
    app = world.app()
    async with running(app) as pilot:
        await shows(pilot, "o study")
        await pilot.press("o")
        await shows(pilot, "x show")
        await pilot.press("space")
        await pilot.pause()
        assert "la ventana" not in screen_text(app)
        await pilot.press("x")
        await shows(pilot, "la ventana", "x good", "f Again")
        await pilot.press("f")
        await shows(pilot, "the door")
        await pilot.press("question_mark")
        await shows(pilot, "x", "Show the back; then rate Good")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, ["● voice: eSpeak NG", "costs nothing", "Sound goes to PulseAudio", "without any"]),
        (
            {"voice": VoiceHealth(VoiceState.FAILED, message="the library is missing")},
            ["✗ voice: engine failed", "the library is missing", "recalliq doctor"],
        ),
        ({"voice": VoiceHealth(VoiceState.CHECKING)}, ["◐ voice: checking", "being started"]),
        ({"muted": True}, ["Muted: press v"]),
        ({"device": DeviceState.NONE}, ["No sound device was found", "studying goes on"]),
        ({"device": DeviceState.LOST}, ["went away", "comes back by itself"]),
        ({"cache": CacheState.FULL}, ["disk is full", "Free some space"]),
        ({"cache": CacheState.READ_ONLY}, ["can't be written", "RECALLIQ_CACHE_DIR"]),
        ({"cache": CacheState.FAILED}, ["can't be used", "recalliq cache verify"]),
    ],
)
async def test_voice_details_say_what_works_and_what_to_do(
    world: World, changes: dict[str, object], words: list[str]
) -> None:
    world.write("spanish.md")
    app = world.app("spanish")
    async with running(app) as pilot:
        app.runtime.board.update(**changes)
        await pilot.pause()
        await pilot.press("f2")
        await shows(pilot, "Voice and sound", *words)
        await pilot.press("f2")
        await until(pilot, lambda: isinstance(app.screen, ReviewScreen))


async def test_mute_shows_at_once_on_the_strip(world: World) -> None:
    world.write("spanish.md")
    app = world.app("spanish")
    async with running(app) as pilot:
        await pilot.press("v")
        await shows(pilot, "○ muted")
        await pilot.press("v")
        await shows(pilot, "♪ PulseAudio")


async def test_ctrl_c_ends_the_program_from_anywhere(world: World) -> None:
    world.write("spanish.md")
    app = world.app("spanish")
    async with running(app) as pilot:
        await pilot.press("f1")
        await shows(pilot, "Keys")
        await pilot.press("ctrl+c")
        await until(pilot, lambda: app._exit)
    assert app.return_code == 0


@pytest.mark.parametrize(("theme", "colours"), [("dark", DARK), ("light", LIGHT)])
async def test_the_first_frame_has_the_themes_colours(
    world: World, theme: str, colours: Theme
) -> None:
    world.values["display.theme"] = theme
    world.write("spanish.md")
    app = world.app("spanish")
    async with running(app) as pilot:
        await shows(pilot, "the window")
        assert app.screen.styles.background == Color.parse(colours.background or "")
        assert app.has_class("-dark-mode") is colours.dark
        strips = app.screen._compositor.render_strips()
        muted = next(segment for strip in strips for segment in strip if "cached" in segment.text)
        assert muted.style is not None
        plain = Color.parse(colours.foreground or "")
        assert muted.style.color is not None
        assert muted.style.color.triplet is not None
        quiet = Color(*muted.style.color.triplet)
        background = Color.parse(colours.background or "")
        assert abs(quiet.brightness - background.brightness) < abs(
            plain.brightness - background.brightness
        )


async def test_a_notification_leaves_the_strip_in_sight(world: World) -> None:
    world.write("spanish.md")
    app = world.app("spanish")
    async with running(app) as pilot:
        app.notify("Something [/nope] happened", markup=False)
        await shows(pilot, "Something [/nope] happened", "0 paid characters", "? more")
