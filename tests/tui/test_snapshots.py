"""Pictures of every screen: 80x24 and wide, dark and light, without colour, with ASCII signs.

Look at a picture before accepting it (``--snapshot-update``, on Python 3.11 only).
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from recalliq_tui.domain.voice import VoiceHealth, VoiceState
from recalliq_tui.services.board import DeviceState, Rendering
from tests.tui.test_pages import VERBS
from tests.tui.world import SPANISH, World, shows

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

    from textual.pilot import Pilot

    from recalliq_tui.tui.app import RecallApp

pytestmark = pytest.mark.skipif(
    sys.version_info[:2] != (3, 11), reason="pictures are compared on Python 3.11"
)

COMPUTING = """\
---
id = "networks"
name = "Networks and the web"
lang = "en"
---
Q: What does this program print, and why?
A: It prints **twice**:

```python
for name in ("a", "b"):
    print(name)
```

because:

1. the tuple has *two* items
2. `print` ends each with a newline

A generator would print the same. The loop variable stays bound after the loop, so that
`name` is "b" below it; this surprises people who come from languages with block scope.
<!-- riq id="loop" points=["two items", "a newline each"] -->

C: The [mitochondrion] makes most of a cell's [c2::ATP::energy carrier].
"""
PRAYERS = (
    '---\nid = "prayers"\nname = "Prayers"\npassages = true\n---\nP: One\nline one\nline two\n'
)
FRONT, BACK = ("study", "spanish"), ("study", "spanish", "space")


@dataclass(frozen=True)
class Picture:
    """A screen to take a picture of: what opens, keys, words that are there when it is ready."""

    name: str
    study: str | None = None
    keys: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    values: dict[str, object] = field(default_factory=dict)
    board: dict[str, Any] = field(default_factory=dict)
    answered: int = 0
    """Answers given before, so that nothing shows a first run."""
    ready: tuple[str, ...] = ()
    """Words to wait for before the keys."""


PICTURES = [
    Picture("home-first", words=("Three keys", "Prayers", "1 text")),
    Picture("home-later", answered=2, words=("Prayers", "1 text")),
    Picture("home-rendering", answered=1, words=("Rendering the voice: 31 of 48",),
            board={"rendering": Rendering(31, 48, 2.0, 9.0), "clips_have": 31, "clips_need": 48}),
    Picture("home-problem", answered=1, keys=("end",), words=("Zoology ▲", "c problems")),
    Picture("problems", answered=1, keys=("end", "c"), words=("What is wrong in Zoology",)),
    Picture("review-front", "spanish", words=("space show",)),
    Picture("review-back", "spanish", ("space",), words=("1 Again",)),
    Picture("review-field", "spanish", ("tab",), words=("type the answer",)),
    Picture("review-typed", "spanish", ("tab", *"la ventna", "enter"), words=("✓ right",)),
    Picture("review-wrong", "spanish", ("tab", *"el balcon", "enter"), words=("✗ not the same",)),
    Picture("review-long", "networks", ("space",), words=("for name in",)),
    Picture("review-cloze-front", "networks", ("minus",), words=("makes most of",), ready=("1 of",)),
    Picture("review-cloze-back", "networks", ("minus", "space"), words=("Buried", "Again")),
    Picture("review-waiting", "one", ("space", "1"), words=("comes back in 10 min",),
            values={"study.learning_steps": ["30m"]}),
    Picture("review-trouble", "spanish", ("space",), words=("no audio device", "engine failed"),
            board={"device": DeviceState.NONE,
                   "voice": VoiceHealth(VoiceState.FAILED, message="the library is missing")}),
    Picture("end", "spanish", ("space", "3", "q"), words=("1 answer",)),
    Picture("end-empty", "spanish", ("q",), words=("Nothing was asked",)),
    Picture("info-new", "spanish", ("i",), words=("Not asked yet.",)),
    Picture("info-history", "spanish", ("i",), answered=2, words=("History", "Again")),
    Picture("search", None, ("slash", *"tag:verbs"), words=("2 cards.",), ready=("Spanish",)),
    Picture("search-none", None, ("slash", *"xyzzy"), words=("No card has",), ready=("Spanish",)),
    Picture("help-home", None, ("f1",), words=("Keys",), ready=("Spanish",)),
    Picture("help-review", "spanish", ("f1",), words=("Keys",)),
    Picture("voice", "spanish", ("f2",), words=("Voice and sound",)),
    Picture("add", None, ("a",), words=("Add a deck",), ready=("Spanish",)),
    Picture("palette", "spanish", ("ctrl+p",), words=("Show",)),
]  # fmt: skip
MAIN = ("home-first", "home-later", "review-front", "review-back", "review-wrong", "end")
BY_NAME = {picture.name: picture for picture in PICTURES}


@pytest.fixture
def apps() -> Iterator[list[RecallApp]]:
    made: list[RecallApp] = []
    yield made
    for app in made:
        app.runtime.shut()


def make(world: World, picture: Picture, apps: list[RecallApp]) -> RecallApp:
    """The program over fixed decks, with fixed answers given before."""
    world.values.update({"display.signs": "unicode", **picture.values})
    world.write("Languages/spanish.md", SPANISH)
    world.write("Languages/verbs.md", VERBS)
    world.write("Computing/networks.md", COMPUTING)
    world.write("Computing/one.md", '---\nid = "one"\nname = "One"\n---\nQ: one?\nA: 1\n')
    world.write("prayers.md", PRAYERS)
    if "problem" in picture.name:
        text = '---\nid = "broken"\nname = "Zoology"\n---\nQ: no answer\n\nQ: x?\nA: y\n'
        world.write("ztop.md", text)
    if picture.answered:
        before = world.runtime()
        before.submit(_answer, before, picture.answered).result()
        before.shut()
        world.clock.forward(hours=1)
    app = world.app(picture.study)
    app.runtime.board.update(**picture.board)
    apps.append(app)
    return app


def _answer(runtime: Any, count: int) -> None:
    from recalliq_tui.domain.memory import Rating  # noqa: PLC0415

    ids, title = runtime.library.resolve("spanish")
    session = runtime.begin_now(ids, title).session
    for number in range(count):
        session.rate(Rating.AGAIN if number == 0 else Rating.EASY, 4000)
    session.stop()


def steps(picture: Picture) -> Callable[[Pilot[int]], Awaitable[None]]:
    async def run(pilot: Pilot[int]) -> None:
        first = picture.ready or (("1 of",) if picture.study else ("Spanish", "Prayers"))
        await shows(pilot, *first)
        for key in picture.keys:
            await pilot.press(key)
            await pilot.pause()
        await shows(pilot, *picture.words)

    return run


@pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=["80x24", "120x40"])
@pytest.mark.parametrize("name", list(BY_NAME))
def test_dark(
    name: str, size: tuple[int, int], world: World, apps: list[RecallApp], snap_compare: Any
) -> None:
    picture = BY_NAME[name]
    app = make(world, picture, apps)
    assert snap_compare(app, terminal_size=size, run_before=steps(picture))


@pytest.mark.parametrize("name", MAIN)
def test_light(name: str, world: World, apps: list[RecallApp], snap_compare: Any) -> None:
    world.values["display.theme"] = "light"
    picture = BY_NAME[name]
    assert snap_compare(make(world, picture, apps), run_before=steps(picture))


@pytest.mark.parametrize("name", MAIN)
def test_without_colour(
    name: str,
    world: World,
    apps: list[RecallApp],
    snap_compare: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    picture = BY_NAME[name]
    assert snap_compare(make(world, picture, apps), run_before=steps(picture))


@pytest.mark.parametrize("name", ["home-later", "review-front", "review-back", "end"])
def test_ascii_signs(name: str, world: World, apps: list[RecallApp], snap_compare: Any) -> None:
    picture = BY_NAME[name]
    app = make(world, picture, apps)
    world.values["display.signs"] = "ascii"
    app.runtime.shut()
    apps.remove(app)
    app = world.app(picture.study)
    apps.append(app)
    assert snap_compare(app, run_before=steps(picture))
