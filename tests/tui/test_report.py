"""The dialog behind ``!``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.widgets import Input

from recalliq_tui.domain.cards import Side
from recalliq_tui.domain.reports import Reason
from recalliq_tui.tui.screens.report import ReportScreen
from recalliq_tui.tui.screens.review import ReviewScreen
from tests.tui.world import World, running, shows, until

if TYPE_CHECKING:
    from textual.pilot import Pilot

    from recalliq_tui.domain.reports import Report
    from recalliq_tui.services.runtime import Runtime
    from recalliq_tui.tui.app import RecallApp


async def kept(app: RecallApp) -> list[Report]:
    def read() -> list[Report]:
        return app.runtime.collection.reports()

    return await app.runtime.db(read)


def _look(runtime: Runtime) -> None:
    runtime.library.refresh()


async def opened(pilot: Pilot[int]) -> None:
    await pilot.press("exclamation_mark")
    await until(pilot, lambda: isinstance(pilot.app.screen, ReportScreen), "the dialog")


async def test_a_reason_and_a_note_are_kept(world: World) -> None:
    world.write("spanish.md")
    app = world.app("spanish")
    async with running(app) as pilot:
        await shows(pilot, "the window")
        await pilot.press("space")
        await shows(pilot, "la ventana")
        await opened(pilot)
        await shows(
            pilot, "This audio sounds wrong", "1 mispronounced", "6 something else", "the back"
        )
        await pilot.press("3", *"first word", "enter")
        await shows(pilot, "Kept as report 1", "la ventana")
        (report,) = await kept(app)
    assert (report.reason, report.note, report.side) == (Reason.CUT_OFF, "first word", Side.BACK)
    assert report.deck_id == "spanish"
    assert report.card_id == "spanish#window"
    assert report.at == world.clock.now


async def test_the_list_works_with_arrows_and_keys_in_the_note_are_letters(world: World) -> None:
    world.write("spanish.md")
    app = world.app("spanish")
    async with running(app) as pilot:
        await shows(pilot, "the window")
        await opened(pilot)
        await pilot.press("down", "enter", "1", "q", "enter")
        await shows(pilot, "Kept as report 1")
        (report,) = await kept(app)
    assert (report.reason, report.note, report.side) == (
        Reason.WRONG_LANGUAGE,
        "1q",
        Side.FRONT,
    )


async def test_escape_keeps_nothing(world: World) -> None:
    world.write("spanish.md")
    app = world.app("spanish")
    async with running(app) as pilot:
        await shows(pilot, "the window")
        await opened(pilot)
        await pilot.press("2", "escape")
        await until(pilot, lambda: isinstance(pilot.app.screen, ReviewScreen), "the card again")
        assert await kept(app) == []


async def test_in_a_typed_answer_the_mark_is_a_letter(world: World) -> None:
    world.write("spanish.md")
    async with running(world.app("spanish")) as pilot:
        await shows(pilot, "the window")
        await pilot.press("tab")
        await until(pilot, lambda: isinstance(pilot.app.focused, Input), "the field")
        await pilot.press("exclamation_mark")
        await until(pilot, lambda: pilot.app.screen.query_one(Input).value == "!", "the mark")
        assert isinstance(pilot.app.screen, ReviewScreen)


async def test_a_small_terminal_shows_the_dialog(world: World) -> None:
    world.write("spanish.md")
    async with running(world.app("spanish"), size=(40, 16)) as pilot:
        await until(pilot, lambda: isinstance(pilot.app.screen, ReviewScreen), "review")
        await opened(pilot)
        await shows(pilot, "1 mispronounced")


async def test_a_collection_that_is_open_elsewhere_says_so(world: World) -> None:
    world.write("spanish.md")
    first = world.runtime()
    first.submit(_look, first).result()
    try:
        app = world.app("spanish")
        async with running(app) as pilot:
            await until(pilot, lambda: isinstance(pilot.app.screen, ReviewScreen), "review")
            await opened(pilot)
            await pilot.press("1", "enter")
            await shows(pilot, "opened for reading only")
    finally:
        first.shut()


async def test_a_report_names_the_clip_that_was_heard(world: World) -> None:
    world.write("spanish.md")
    world.sound = True
    app = world.app("spanish")
    async with running(app) as pilot:
        await until(pilot, lambda: isinstance(pilot.app.screen, ReviewScreen), "review")
        await pilot.press("space")
        await shows(pilot, "la ventana", "cached")
        await opened(pilot)
        await shows(pilot, "the back, espeak:")
        await pilot.press("1", "enter")
        await shows(pilot, "Kept as report 1")
        (report,) = await kept(app)
    assert report.text == "la ventana"
    assert report.spec is not None
    assert report.clip_key == report.spec.key
