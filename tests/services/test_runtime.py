"""The running program without its screens."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from recalliq_tui.config import Config
from recalliq_tui.domain.cards import Side
from recalliq_tui.domain.memory import Rating
from recalliq_tui.domain.voice import VoiceState
from recalliq_tui.paths import resolve_paths
from recalliq_tui.services.board import CacheState, DeviceState
from recalliq_tui.services.library import Source
from recalliq_tui.wiring import make_runtime
from tests.clock import Clock
from tests.services.shelves import asked, notes

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from recalliq_tui.services.runtime import Runtime

CONFIG = Config({"audio.sink": "null"})


def make() -> Runtime:
    paths = resolve_paths()
    return make_runtime(CONFIG, paths, clock=Clock(), sources=[Source(paths.own_decks, "own")])


@pytest.fixture
async def runtime() -> AsyncIterator[Runtime]:
    own = resolve_paths().own_decks
    own.mkdir(parents=True)
    (own / "d.md").write_text(notes("the capital of Peru?", "b"), encoding="utf-8")
    made = make()
    await made.decks.refresh()
    yield made
    made.shut()


async def test_a_session_that_was_not_ended_is_found_and_goes_on(runtime: Runtime) -> None:
    ids, title = await runtime.db(runtime.library.resolve, "d")
    begun = await runtime.begin(ids, title)
    assert not begun.resumed
    await runtime.db(begun.session.rate, Rating.EASY)
    await runtime.db(begun.session.remember_side, Side.BACK)
    open_session = await runtime.open_session()
    assert open_session is not None
    assert (open_session.title, open_session.place, open_session.answered) == ("Deck", "“b”", 1)
    again = await runtime.begin(ids, title)
    assert again.resumed
    assert asked(again.step) == "b"
    await runtime.forget_session()
    assert await runtime.open_session() is None


async def test_search_and_info(runtime: Runtime) -> None:
    await runtime.decks.shelf()
    found = await runtime.decks.search("capital")
    assert [(each.deck_title, each.stored.card.back.text) for each in found] == [
        ("Deck", "A of the capital of Peru?")
    ]
    info = await runtime.decks.card_info(found[0].stored.card.id)
    assert info is not None
    assert (info.deck_title, info.history) == ("Deck", ())


async def test_keeping_progress_is_asked_once(runtime: Runtime) -> None:
    ids, title = await runtime.db(runtime.library.resolve, "d")
    begun = await runtime.begin(ids, title)
    await runtime.db(begun.session.rate, Rating.EASY)
    path = resolve_paths().own_decks / "d.md"
    path.write_text(notes("what is the capital of Peru?", "b"), encoding="utf-8")
    await runtime.decks.refresh()
    assert [each.new_text for each in runtime.decks.kept] == ["what is the capital of Peru?"]
    runtime.decks.kept.clear()
    path.write_text(notes("what is the capital of Peru?", "b", "c"), encoding="utf-8")
    await runtime.decks.refresh()
    assert runtime.decks.kept == []


async def test_sound_opens_really_and_counts_clips(runtime: Runtime) -> None:
    await runtime.decks.shelf()
    await runtime.open_sound(lambda: None)
    status = runtime.board.status
    assert (status.device, status.cache) == (DeviceState.READY, CacheState.READY)
    await runtime.decks.count_clips()
    assert runtime.board.status.clips_need == 4
    await runtime.close_sound()


async def test_sound_that_cant_be_opened_is_told(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runtime, "_open_parts", _broken)
    with pytest.raises(ImportError):
        await runtime.open_sound(lambda: None)
    assert runtime.board.status.voice.state is VoiceState.FAILED
    assert runtime.board.status.voice.message == "no module for sound"


async def _broken(_runtime: Runtime) -> Callable[[], None]:
    raise ImportError("no module for sound")
