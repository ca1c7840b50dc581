"""Pictures of each step of a text: 80x24 and wide.

Look at a picture before accepting it (``--snapshot-update``, on Python 3.11 only).
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import pytest

from recalliq_tui.tui.widgets.field import Field
from tests.tui.test_praying import pray
from tests.tui.world import World, shows

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

    from textual.pilot import Pilot

    from recalliq_tui.tui.app import RecallApp

pytestmark = pytest.mark.skipif(
    sys.version_info[:2] != (3, 11), reason="pictures are compared on Python 3.11"
)

TYPE = "type:"
GOOD = ("Hail Mary, full of grace", "the Lord is with thee", "Blesed art thou amongst women")
REST = ("and cursed is the fruit of womb", "", "pray for us sinners now")
PICTURES: dict[str, tuple[str | None, tuple[str, ...], tuple[str, ...]]] = {
    "list": (None, (), ("Glory Be", "◐ learning")),
    "list-language": (None, ("o",), ("he",)),
    "listen": ("glory", (), ("step 1 of 6",)),
    "echo": ("hail", ("2",), ("step 2 of 6",)),
    "chain": ("hail", ("3",), ("step 3 of 6",)),
    "fade": ("hail", ("4", "escape", "right"), ("half the words hidden",)),
    "fade-judged": ("hail", ("4", f"{TYPE}nothing", "enter"), ("missed",)),
    "letters": ("hail", ("5", "h", "x"), ("first letters",)),
    "bare": ("hail", ("6",), ("nothing to see",)),
    "recite": ("hail", ("w", f"{TYPE}hail mary ful"), ("recite the whole text",)),
    "judged": (
        "hail",
        ("w", *(key for line in (*GOOD, *REST) for key in (f"{TYPE}{line}", "enter"))),
        ("1 Again", "missing"),
    ),
    "loop": ("hail", ("h",), ("loop lines 1 to 6",)),
    "lines": (None, ("l",), ("Enter breaks the line",)),
    "import": (None, ("i",), ("Import a text",)),
    "hebrew": ("shema", (), ("step 1 of 6",)),
}


@pytest.fixture
def apps() -> Iterator[list[RecallApp]]:
    made: list[RecallApp] = []
    yield made
    for app in made:
        app.runtime.shut()


def begun(world: World) -> None:
    """Glory Be was begun already."""
    app = pray(world)
    runtime = app.runtime

    def begin() -> None:
        view = runtime.prayers.find("glory")
        from recalliq_tui.domain.passages.acquire import Rung, go  # noqa: PLC0415

        state = go(runtime.prayers.acquire(view.passage), Rung.LISTEN, at=world.clock())
        runtime.prayers.keep(view.passage, state)

    runtime.submit(begin).result()
    runtime.shut()


def steps(name: str) -> Callable[[Pilot[int]], Awaitable[None]]:
    wanted, keys, words = PICTURES[name]

    async def run(pilot: Pilot[int]) -> None:
        await shows(pilot, "step 1 of 6" if wanted else "4 texts")
        for key in keys:
            if key.startswith(TYPE):
                pilot.app.screen.query_one(Field).value = key.removeprefix(TYPE)
            else:
                await pilot.press(key)
            await pilot.pause()
        await shows(pilot, *words)

    return run


@pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=["80x24", "120x40"])
@pytest.mark.parametrize("name", list(PICTURES))
def test_each_step(
    name: str, size: tuple[int, int], world: World, apps: list[RecallApp], snap_compare: Any
) -> None:
    begun(world)
    app = pray(world, PICTURES[name][0])
    apps.append(app)
    assert snap_compare(app, terminal_size=size, run_before=steps(name))


@pytest.mark.parametrize("name", ["list", "fade", "judged"])
def test_without_colour_and_with_ascii_signs(
    name: str,
    world: World,
    apps: list[RecallApp],
    snap_compare: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    begun(world)
    app = pray(world, PICTURES[name][0])
    apps.append(app)
    assert snap_compare(app, run_before=steps(name))
