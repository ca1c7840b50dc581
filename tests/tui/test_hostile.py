"""Text that others wrote, and terminals that are too small: nothing acts, nothing breaks."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from textual.content import Content

from recalliq_tui.domain.cards import Face
from recalliq_tui.tui.cardtext import card_text
from recalliq_tui.tui.screens.end import EndScreen
from recalliq_tui.tui.screens.review import ReviewScreen
from tests.tui.test_review import an_editor
from tests.tui.world import World, running, screen_text, shows, until

if TYPE_CHECKING:
    from pathlib import Path

    from textual.app import App

ESCAPES = "\x1b]52;c;aGFja2Vk\x07\x1b[2J\x9b31m\u202e".encode()
MARKUP = "[@click=app.quit]press[/] [/nope] [bold red]x[/] [link=file:///etc/passwd]y[/link] $text"
LONG = "w" * 30_000
HOSTILE = (
    b'---\nid = "hostile"\nname = "Deck ' + MARKUP.encode() + b'"\n---\n'
    b"Q: front " + ESCAPES + MARKUP.encode() + b"\n"
    b"A: back " + ESCAPES + MARKUP.encode() + b" [click](javascript:alert)\n\n"
    b"C: a [hole " + ESCAPES.replace(b"]", b"") + b"] in it\n\n"
    b"Q: " + LONG.encode() + b"\nA: " + LONG.encode() + b"\n\n"
    b"Q: no answer " + ESCAPES + b"\n\n"
    b'Q: tagged?\nA: yes\n<!-- riq tags=["[/x]"] -->\n'
)
FORBIDDEN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def assert_harmless(app: App[int]) -> None:
    text = screen_text(app)
    assert not FORBIDDEN.search(text), repr(FORBIDDEN.search(text))
    for strip in app.screen._compositor.render_strips():
        for segment in strip:
            meta = segment.style.meta if segment.style else {}
            action = str(meta.get("@click", ""))
            assert not action or action.startswith("screen.run_binding("), action
            assert not (segment.style and segment.style.link)


async def test_hostile_text_is_plain_text_on_every_screen(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.decks.mkdir(parents=True)
    (world.decks / "hostile.md").write_bytes(HOSTILE)
    an_editor(tmp_path, monkeypatch, 'sed -i s/back/other/ "$file"')
    app = world.app()
    async with running(app, (120, 40)) as pilot:
        await shows(pilot, "Deck [@click=app.quit]press[/]", "c problems")
        assert_harmless(app)
        await pilot.press("c")
        await shows(pilot, "What is wrong in Deck [@click", "line 13")
        assert_harmless(app)
        await pilot.press("escape", "slash", *"front")
        await shows(pilot, "1 card.")
        assert_harmless(app)
        await pilot.press("escape", "enter")
        await until(pilot, lambda: isinstance(app.screen, ReviewScreen))
        for _ in range(3):
            await pilot.press("i")
            await shows(pilot, "History")
            assert_harmless(app)
            await pilot.press("escape", "space")
            await shows(pilot, "Again")
            assert_harmless(app)
            await pilot.press("e")
            await shows(pilot, "problem")
            assert_harmless(app)
            await pilot.press("4")
            await until(pilot, lambda: "Again" not in screen_text(app))
        await pilot.press("q")
        await until(pilot, lambda: isinstance(app.screen, EndScreen))
        assert_harmless(app)


async def test_markup_in_the_question_to_go_on_is_text(world: World) -> None:
    world.decks.mkdir(parents=True)
    (world.decks / "hostile.md").write_bytes(HOSTILE)
    async with running(world.app("hostile")) as pilot:
        await shows(pilot, "front")
    async with running(world.app()) as pilot:
        await shows(pilot, "Go on where you stopped?", "[/nope]")
        assert_harmless(pilot.app)


async def test_hostile_typed_answers_are_text(world: World) -> None:
    world.values["study.typed"] = "always"
    world.write("spanish.md")
    async with running(world.app("spanish")) as pilot:
        await pilot.press(*"[/nope] [b]la")
        await pilot.press("enter")
        await shows(pilot, "you", "nope")
        assert_harmless(pilot.app)


@pytest.mark.parametrize("size", [(40, 10), (20, 5), (10, 3), (200, 60)])
async def test_no_screen_breaks_at_any_size(world: World, size: tuple[int, int]) -> None:
    world.write("Languages/spanish.md")
    world.write("bad.md", '---\nid = "bad"\nname = "Bad"\n---\nQ: x?\nA: y\n\nQ: no answer\n')
    app = world.app()
    async with running(app, size) as pilot:
        for keys in (
            ["question_mark"], ["escape"], ["f2"], ["escape"], ["a"], ["escape"], ["left"],
            ["right"], ["ctrl+p"], ["escape"], ["slash", "w", "down"], ["escape"], ["home", "c"],
            ["escape"], ["end", "enter"], ["i"], ["escape"], ["tab", "x", "enter"], ["f1"],
            ["escape"], ["3"], ["space"], ["1"], ["q"], ["q"],
        ):  # fmt: skip
            await pilot.press(*keys)
            await pilot.pause()
            assert_harmless(app)


async def test_a_terminal_that_changes_its_size(world: World) -> None:
    world.write("spanish.md")
    app = world.app("spanish")
    async with running(app) as pilot:
        await pilot.press("space")
        for size in ((40, 10), (200, 60), (1, 1), (80, 24)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
        await shows(pilot, "the window", "la ventana", "1 Again")


async def test_at_40_columns_the_card_and_the_ratings_are_whole(world: World) -> None:
    world.write("spanish.md")
    async with running(world.app("spanish"), (40, 10)) as pilot:
        await pilot.press("space")
        await shows(pilot, "the window", "la ventana", "1 Again", "2 Hard", "3 Good", "4 Easy")


@pytest.mark.parametrize(
    ("text", "marks", "shown"),
    [
        ("plain", (), "plain"),
        ("**bold** and `code`", (), "bold and code"),
        ("[link](http://example.org)", (), "link"),
        ("![a map](map.png)", (), "[picture: a map]"),
        ("- one\n- two\n  1. a\n  2. b", (), "• one\n• two\n  1. a\n  2. b"),
        ("```python\nprint(1)\n  x\n```", (), "  print(1)\n    x"),
        ("a <b>tag</b>", (), "a <b>tag</b>"),
        ("| a | b |\n|---|---|\n| 1 | 2 |", (), "a   b\n1   2"),
        ("the [...] of it", ((4, 9),), "the [...] of it"),
        ("> quoted", (), "quoted"),
        ("2 * 3 * 4 and snake_case_name", (), "2 * 3 * 4 and snake_case_name"),
        ("# Head\n\ntext", (), "Head\n\ntext"),
        ("$x^2$ and \\(y\\)", (), "$x^2$ and (y)"),
    ],
)
def test_card_text_is_readable(text: str, marks: tuple[tuple[int, int], ...], shown: str) -> None:
    content = card_text(Face(text, marks))
    assert isinstance(content, Content)
    lines = [line.rstrip() for line in content.plain.split("\n")]
    assert "\n".join(lines) == shown


def test_the_hole_of_a_cloze_is_marked() -> None:
    content = card_text(Face("the [...] of **it**", ((4, 9),)))
    marked = [content.plain[s.start : s.end] for s in content.spans if "primary" in str(s.style)]
    assert marked == ["[...]"]
