"""Prayers and other texts on the screen, as a learner meets them."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import pytest

from recalliq_tui.services.prayers import choose_prayers
from recalliq_tui.tui.app import RecallApp, Start
from recalliq_tui.tui.screens.acquire import AcquireScreen
from recalliq_tui.tui.screens.loop import LoopScreen
from recalliq_tui.tui.screens.prayers import PrayersScreen
from recalliq_tui.tui.screens.recite import ReciteScreen
from recalliq_tui.tui.widgets.field import Field
from tests.tui.world import FixedApp, World, running, screen_text, shows, until

if TYPE_CHECKING:
    from textual.pilot import Pilot

TEXTS = """\
---
id = "prayers"
name = "Prayers"
lang = "en"
passages = true
---
P: The Hail Mary
Hail Mary, full of grace,
the Lord is with thee.
Blessed art thou among women,
and blessed is the fruit of thy womb.

Holy Mary, Mother of God,
pray for us sinners.
<!-- riq id="hail" slug="hail-mary" lang="en" -->

P: Glory Be
Glory be to the Father,
and to the Son.
<!-- riq id="glory" -->

P: Ave Maria
Ave, Maria, gratia plena,
Dominus tecum.
<!-- riq id="ave" lang="la" translation_of="hail-mary" -->

P: Shema
שְׁמַע יִשְׂרָאֵל יְיָ אֱלֹהֵינוּ
יְיָ אֶחָד
<!-- riq id="shema" lang="he" -->
"""


def pray(world: World, wanted: str | None = None) -> RecallApp:
    """The program as ``recalliq pray`` opens it."""
    if not (world.decks / "prayers.md").exists():
        world.write("prayers.md", TEXTS)
    runtime = world.runtime()
    chosen = runtime.submit(choose_prayers, runtime.prayers, runtime.library, wanted).result()
    return FixedApp(runtime, Start(pray=chosen))


def app_of(pilot: Pilot[int]) -> RecallApp:
    return cast("RecallApp", pilot.app)


async def reviews(pilot: Pilot[int]) -> list[tuple[str, int]]:
    runtime = app_of(pilot).runtime
    history = await runtime.db(runtime.collection.history)
    return [(each.review.card_id, each.review.rating) for each in history]


async def test_the_list_by_state_and_by_language(world: World) -> None:
    async with running(pray(world)) as pilot:
        text = await shows(pilot, "The Hail Mary", "Glory Be", "4 texts, 0 due", "○ new")
        assert text.index("The Hail Mary") < text.index("Ave Maria")
        await pilot.press("o")
        text = await shows(pilot, "la", "he")
        await pilot.press("q")
        await shows(pilot, "RecallIQ", "Prayers", "4 texts")


async def test_an_empty_list_says_what_to_do(world: World) -> None:
    world.write("prayers.md", '---\nid = "x"\n---\nQ: a\nA: b\n')
    async with running(pray(world)) as pilot:
        await shows(pilot, "No texts to learn by heart here yet", "Press i")


async def test_home_opens_the_list_and_shows_begun_texts(world: World) -> None:
    world.write("prayers.md", TEXTS)
    app = world.app()
    async with running(app) as pilot:
        await shows(pilot, "Prayers", "4 texts")
        await pilot.press("enter")
        await shows(pilot, "Prayers and texts", "Glory Be")
        await pilot.press("down", "a")
        await shows(pilot, "step 1 of 6")
        await pilot.press("enter", "q")
        await shows(pilot, "◐ learning")
        await pilot.press("q")
        await shows(pilot, "RecallIQ", "Glory Be", "learning")


async def test_acquire_from_listening_to_nothing(world: World) -> None:
    """Glory Be from nothing: three steps to hear, then words fade until none is left."""
    async with running(pray(world, "glory")) as pilot:
        await shows(pilot, "step 1 of 6: listen and read along", "Glory be to the Father,")
        await pilot.press("enter")
        await shows(pilot, "step 2 of 6")
        await pilot.press("enter")
        await shows(pilot, "step 3 of 6")
        await pilot.press("enter")
        screen = pilot.app.screen
        assert isinstance(screen, AcquireScreen)
        await until(pilot, lambda: screen.state.rung.judged)
        assert "_" in await shows(pilot, "a quarter of the words hidden")
        for _ in range(14):
            if screen.state.done:
                break
            line = screen.passage.lines[screen.state.line]
            if screen.state.rung.name == "LETTERS":
                await pilot.press(*[word[0].lower() for word in line.split()])
            else:
                await recite(pilot, line.replace(",", ""))
            await shows(pilot, "Enter")
            await pilot.press("enter")
            await pilot.pause()
        assert screen.state.done
        await shows(pilot, "You know every line. Press w to recite")
        assert await reviews(pilot) == []


async def test_a_failure_moves_down_and_masks_what_was_missed(world: World) -> None:
    async with running(pray(world, "hail")) as pilot:
        await shows(pilot, "step 1 of 6")
        await pilot.press("4", "escape", "right")
        await shows(pilot, "half the words hidden")
        await pilot.press("enter")
        await shows(pilot, "Did you know it?")
        await pilot.press("m")
        await shows(pilot, "a quarter of the words hidden")
        screen = pilot.app.screen
        assert isinstance(screen, AcquireScreen)
        assert screen.state.lines[0].mask <= screen.state.lines[0].missed


async def test_what_was_reached_survives_quitting(world: World) -> None:
    async with running(pray(world, "hail")) as pilot:
        await shows(pilot, "step 1 of 6")
        await pilot.press("n", "5")
        await shows(pilot, "line 2 of 6", "step 5 of 6: first letters")
    async with running(pray(world, "hail")) as pilot:
        await shows(pilot, "line 2 of 6", "step 5 of 6: first letters")


async def test_letters_are_no_keys_while_first_letters_are_typed(world: World) -> None:
    async with running(pray(world, "glory")) as pilot:
        await shows(pilot, "step 1 of 6")
        await pilot.press("5")
        await shows(pilot, "first letters: type here")
        await pilot.press("g", "q")
        text = await shows(pilot, "Glory be __ ___ ______")
        assert "Glory Be" in text, "q was a letter"
        await pilot.press("escape", "q")
        await until(pilot, lambda: isinstance(pilot.app.screen, PrayersScreen))


async def recite(pilot: Pilot[int], *lines: str) -> None:
    for line in lines:
        pilot.app.screen.query_one(Field).value = line
        await pilot.pause()
        await pilot.press("enter")


async def test_a_whole_recital_is_judged_rated_and_taken_back(world: World) -> None:
    async with running(pray(world, "glory")) as pilot:
        await shows(pilot, "step 1 of 6")
        await pilot.press("w")
        text = await shows(pilot, "recite the whole text, line 1 of 2")
        assert "Father" not in text
        await recite(pilot, "glory be to the fahter", "and to the son")
        text = await shows(pilot, "✓ 100 %", "~ 1 typo", "1 Again", "3 Good ◂")
        assert "~Father,(fahter)" in text
        await pilot.press("enter")
        await shows(pilot, "Stored.", "It comes back in")
        assert await reviews(pilot) == [("prayers#glory~whole", 3)]
        await pilot.press("u")
        await shows(pilot, "Taken back.", "line 1 of 2")
        assert await reviews(pilot) == []


async def test_every_label_has_its_sign(world: World) -> None:
    async with running(pray(world, "hail")) as pilot:
        await shows(pilot, "step 1 of 6")
        await pilot.press("w")
        await shows(pilot, "recite the whole text")
        await recite(
            pilot, "hail mary dear full of grace", "the is with thee", "blessed art thou amongst women",
            "and cursed is the fruit of thy womb", "holy mary of mother god", "pray for us siners",
        )  # fmt: skip
        await shows(pilot, "+dear", "_Lord", "✗blessed(cursed)", "~sinners", "↔")


async def test_the_second_recital_of_a_day_is_practice(world: World) -> None:
    async with running(pray(world, "glory")) as pilot:
        await shows(pilot, "step 1 of 6")
        await pilot.press("w")
        for expected in (1, 1):
            await shows(pilot, "recite the whole text, line 1 of 2")
            await recite(pilot, "glory be to the father", "and to the son")
            await shows(pilot, "✓ 100 %")
            await pilot.press("enter")
            await shows(pilot, "Enter goes back")
            assert len(await reviews(pilot)) == expected
            await pilot.press("enter")
            await until(pilot, lambda: isinstance(pilot.app.screen, PrayersScreen))
            await pilot.press("w")


async def test_hints_and_shown_lines_lower_the_rating(world: World) -> None:
    async with running(pray(world, "glory")) as pilot:
        await shows(pilot, "step 1 of 6")
        await pilot.press("w", "f4")
        await shows(pilot, "It begins with G")
        await pilot.press(*"glory", "f6")
        await shows(pilot, "The next word is be")
        await recite(pilot, "glory be to the father", "and to the son")
        await shows(pilot, "2 Hard ◂", "? 1 word shown", "1 hint")


async def test_a_line_that_is_complete_leads_on_by_itself(world: World) -> None:
    async with running(pray(world, "glory")) as pilot:
        await shows(pilot, "step 1 of 6")
        await pilot.press("w")
        await shows(pilot, "line 1 of 2")
        field = pilot.app.screen.query_one(Field)
        field.value = "glory be to the father "
        await shows(pilot, "line 2 of 2")
        await pilot.press("enter")
        await pilot.pause()
        await recite(pilot, "and to the son")
        await shows(pilot, "✓ 100 %")


async def test_said_aloud_the_learner_rates(world: World) -> None:
    async with running(pray(world, "glory")) as pilot:
        await shows(pilot, "step 1 of 6")
        await pilot.press("w")
        await shows(pilot, "recite the whole text")
        await pilot.press("escape")
        await shows(pilot, "Say it aloud")
        await pilot.press("enter")
        text = await shows(pilot, "Glory be to the Father,", "1 Again", "4 Easy")
        assert "◂" not in text
        await pilot.press("4")
        await shows(pilot, "Stored.")
        assert await reviews(pilot) == [("prayers#glory~whole", 4)]


async def test_exact_counts_a_typo(world: World) -> None:
    async with running(pray(world, "glory")) as pilot:
        await shows(pilot, "step 1 of 6")
        await pilot.press("w", "f8")
        await shows(pilot, "exact")
        await recite(pilot, "glory be to teh father", "and to the son")
        await shows(pilot, "▲ 88 %", "✗the(teh)")


async def test_a_translation_stands_beside_it_in_a_wide_terminal(world: World) -> None:
    async with running(pray(world, "hail"), size=(120, 30)) as pilot:
        await shows(pilot, "step 1 of 6", "Ave, Maria, gratia plena,")
        await pilot.press("t")
        await until(pilot, lambda: "Ave, Maria" not in screen_text(pilot.app))
        await pilot.press("t")
        await shows(pilot, "Ave, Maria, gratia plena,")
        await pilot.press("w")
        await until(pilot, lambda: isinstance(pilot.app.screen, ReciteScreen))
        assert "Ave, Maria" not in screen_text(pilot.app)


@pytest.mark.parametrize(
    ("bidi", "first"), [("terminal", "שְׁמַע"), ("app", "וּניֵהֹלֱא"), ("off", "שְׁמַע")]
)
async def test_right_to_left_text(world: World, bidi: str, first: str) -> None:
    world.values["display.bidi"] = bidi
    async with running(pray(world, "shema")) as pilot:
        text = await shows(pilot, "step 1 of 6")
        line = next(each for each in text.splitlines() if "ש" in each and "Shema" not in each)
        assert line.split()[0 if line.split()[0] != "▸" else 1].startswith(first[0])
        indent = len(line) - len(line.lstrip())
        assert (indent > 20) == (bidi != "off"), "it stands at the right"


async def test_a_text_is_imported_and_its_lines_are_set(world: World) -> None:
    poem = world.paths.data_dir / "tyger.txt"
    poem.parent.mkdir(parents=True, exist_ok=True)
    poem.write_text("The Tyger\n\nTyger Tyger, burning bright\nIn the forests\n", encoding="utf-8")
    async with running(pray(world)) as pilot:
        await shows(pilot, "Glory Be")
        await pilot.press("i")
        await shows(pilot, "Import a text")
        await pilot.press(*"/nowhere", "enter")
        await shows(pilot, "can't be read")
        pilot.app.screen.query_one("#import-path").value = str(poem)  # type: ignore[attr-defined]
        await pilot.press("enter")
        await shows(pilot, "2 lines:", "Tyger Tyger, burning bright")
        await pilot.press("enter", *"en", "enter")
        await shows(pilot, "Prayers and texts", "The Tyger", "5 texts")
        await pilot.press("l")
        await shows(pilot, "2 lines", "Tyger│ Tyger, burning bright")
        await pilot.press("right", "enter")
        await shows(pilot, "3 lines   changed", "s save")
        await pilot.press("s")
        await shows(pilot, "Prayers and texts")
        text = (world.decks / "My texts.md").read_text(encoding="utf-8")
        assert " Tyger Tyger,\n burning bright\n In the forests" in text


async def test_the_loop_plays_by_itself_and_obeys(world: World) -> None:
    world.sound = True
    async with running(pray(world, "hail")) as pilot:
        await shows(pilot, "step 1 of 6")
        await pilot.press("h")
        await until(pilot, lambda: isinstance(pilot.app.screen, LoopScreen))
        screen = cast("LoopScreen", pilot.app.screen)
        await until(pilot, lambda: screen.sounding, "the loop to begin")
        await shows(pilot, "loop lines 1 to 6", "3 times", "♪ line 1")
        await pilot.press("n", "left_square_bracket")
        await shows(pilot, "loop lines 2 to 6", "♪ line 2")
        await pilot.press("n", "right_square_bracket", "plus", "u")
        await shows(pilot, "loop lines 2 to 3", "4 times", "step up")
        await pilot.press("n")
        await shows(pilot, "♪ line 2")
        await pilot.press("space")
        await shows(pilot, "paused")
        await pilot.press("space", "enter")
        await until(pilot, lambda: "loop lines" not in screen_text(pilot.app), "the dark")
        await shows(pilot, "♪ line 2")
        await pilot.press("q")
        await until(pilot, lambda: isinstance(pilot.app.screen, PrayersScreen))
        parts = app_of(pilot).sound.parts
        assert parts is not None
        assert not parts.player.state.playing


async def test_reading_along_lights_the_word_that_sounds(world: World) -> None:
    world.sound = True
    async with running(pray(world, "hail")) as pilot:
        await shows(pilot, "step 1 of 6")
        screen = cast("AcquireScreen", pilot.app.screen)
        await until(pilot, lambda: screen.clip is not None, "the clip")
        await pilot.press("space")
        await until(pilot, lambda: screen.lit_word(screen._place) is not None, "a word to light up")
        lit = screen.lit_word(screen._place)
        assert lit is not None
        look = screen.looks(screen._place)[lit[0]]
        assert look.lit == lit[1] is not None


async def test_a_terminal_of_40_by_10(world: World) -> None:
    async with running(pray(world, "hail"), size=(40, 10)) as pilot:
        await shows(pilot, "The Hail Mary", "Hail Mary, full of grace,")
        await pilot.press("4")
        await pilot.press("escape", "w")
        await until(pilot, lambda: isinstance(pilot.app.screen, ReciteScreen))
        await pilot.press("escape", "q")
        await until(pilot, lambda: isinstance(pilot.app.screen, PrayersScreen))
