"""A learner's folders, decks and clock, and the real program over them."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any, ClassVar

from recalliq_tui import tui
from recalliq_tui.config import Config
from recalliq_tui.domain.voice import AudioState, VoiceHealth, VoiceState
from recalliq_tui.services.board import CacheState, DeviceState
from recalliq_tui.services.library import Source
from recalliq_tui.services.speaking import SideAudio, Speaking
from recalliq_tui.tui.app import RecallApp, Start
from recalliq_tui.wiring import make_runtime
from tests.clock import Clock

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

    from textual.pilot import Pilot

    from recalliq_tui.domain.cards import Card, Side
    from recalliq_tui.paths import Paths
    from recalliq_tui.services.runtime import Runtime
    from recalliq_tui.services.soundparts import SoundParts

SPANISH = """\
---
id = "spanish"
name = "Spanish"
lang = "en"
---
Q: How do you say "the window"?
A: la ventana <!-- riq id="window" -->

Q: How do you say "the door"?
A: la puerta

Q: How do you say "the house of my brother"?
A: la casa de mi hermano
"""


class Still(Speaking):
    """A voice that is ready and says nothing: for pictures, where time must not show."""

    def side(self, card: Card, side: Side) -> SideAudio | None:
        return SideAudio(AudioState.CACHED)


@dataclass
class World:
    """One learner. ``decks`` is the folder of own decks."""

    paths: Paths
    clock: Clock = field(default_factory=Clock)
    values: dict[str, object] = field(default_factory=dict)
    keymap: dict[str, str] = field(default_factory=dict)
    sources: list[Source] | None = None
    sound: bool = False
    """Whether cache, voice and (null) device are really opened."""

    @property
    def decks(self) -> Path:
        return self.paths.own_decks

    def write(self, name: str, text: str = SPANISH) -> Path:
        path = self.decks / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def config(self) -> Config:
        values = {"audio.sink": "null", "display.signs": "unicode", "audio.autoplay": False}
        return Config({**values, **self.values}, {}, self.keymap)

    def runtime(self) -> Runtime:
        sources = [Source(self.decks, "own")] if self.sources is None else self.sources
        runtime = make_runtime(self.config(), self.paths, clock=self.clock, sources=sources)
        if not self.sound:
            runtime.sound = Still(runtime.board, autoplay=False, muted=False)
            runtime._open_parts = _never
            quiet(runtime)
        return runtime

    def app(self, study: str | None = None) -> RecallApp:
        """The program; its runtime is shut when the app ends (see :func:`running`)."""
        runtime = self.runtime()
        start = Start()
        if study is not None:
            start = Start(study=runtime.submit(_begin, runtime, study).result())
        return FixedApp(runtime, start)


def _begin(runtime: Runtime, wanted: str) -> Any:
    deck_ids, title = runtime.library.resolve(wanted)
    runtime.remember_rows()
    return runtime.begin_now(deck_ids, title)


async def _never(_runtime: Runtime) -> SoundParts:
    await asyncio.Event().wait()
    raise AssertionError


def quiet(runtime: Runtime) -> None:
    """Let the strip say that all is well."""
    runtime.board.update(
        voice=VoiceHealth(VoiceState.READY, "eSpeak NG"),
        device=DeviceState.READY,
        device_label="PulseAudio",
        cache=CacheState.READY,
        clips_have=240,
        clips_need=240,
    )


class FixedApp(RecallApp):
    """The program on a clock that stands."""

    CSS_PATH: ClassVar[list[str | PurePath]] = [
        str(Path(tui.__file__).parent / name) for name in RecallApp.CSS_PATH
    ]

    def monotonic(self) -> float:
        return 0.0

    @contextmanager
    def suspend(self) -> Iterator[None]:
        """Step aside for an editor: there is no terminal to give away."""
        yield


@asynccontextmanager
async def running(app: RecallApp, size: tuple[int, int] = (80, 24)) -> AsyncIterator[Pilot[int]]:
    """Run the program without a terminal; its runtime is shut at the end."""
    try:
        async with app.run_test(size=size, notifications=True) as pilot:
            await pilot.pause()
            yield pilot
    finally:
        app.runtime.shut()


async def until(pilot: Pilot[int], holds: Callable[[], bool], what: str = "") -> None:
    """Wait until something holds; what the screen shows is told when it never does."""
    for _ in range(200):
        with suppress(LookupError):
            if holds():
                return
        await pilot.pause()
    raise AssertionError(f"never: {what}\n{screen_text(pilot.app)}")


async def shows(pilot: Pilot[int], *words: str) -> str:
    """Wait until all words are on the screen, wrapped or not; returns its text."""
    text = ""
    missing: list[str] = []
    for _ in range(150):
        text = screen_text(pilot.app)
        flat = " ".join(text.split())
        missing = [word for word in words if word not in text and word not in flat]
        if not missing:
            return text
        await pilot.pause()
    raise AssertionError(f"not on the screen: {missing}\n{text}")


def screen_text(app: Any) -> str:
    """The characters of the screen, line by line."""
    width, _ = app.size
    lines = app.screen._compositor.render_strips()
    return "\n".join(strip.text[:width].rstrip() for strip in lines)
