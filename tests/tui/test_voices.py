"""A paid voice on the screen: its cost before it is spent, its voices, what stands in for it."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING

import pytest

from recalliq_tui.domain.voice import VoiceState
from recalliq_tui.lab.servers import Script, SpeechServer
from tests.tui.world import running, screen_text, shows, until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.tui.world import World

KEY = "sk_marked_0123456789abcdef"
DECK = """\
---
id = "paid"
name = "Paid"
lang = "en"
---
Q: the window?
A: the pane
"""


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[SpeechServer]:
    monkeypatch.setenv("ELEVENLABS_API_KEY", KEY)
    with SpeechServer(Script(key=KEY)) as made:
        yield made


@pytest.fixture
def paid(world: World, server: SpeechServer) -> World:
    """A learner with a paid voice, one deck, and a device that makes no sound."""
    world.sound = True
    world.write("paid.md", DECK)
    world.values = {
        "elevenlabs.base_url": server.base_url,
        "voice.name": "elevenlabs:voiceA1",
        "budget.monthly_characters": 30_000,
    }
    return world


async def test_a_deck_is_rendered_after_its_cost_was_seen(
    paid: World, server: SpeechServer
) -> None:
    app = paid.app()
    async with running(app, (100, 30)) as pilot:
        await shows(pilot, "0/2", "voice: elevenlabs:voiceA1", "0 of 30,000 characters")
        await pilot.press("R")
        await shows(pilot, "Render Paid?", "2 clips", "19 characters", "about 19 credits", "USD")
        await pilot.press("n")
        await until(pilot, lambda: "Render Paid?" not in screen_text(app), "the question is gone")
        assert server.spoken == []
        await pilot.press("R")
        await shows(pilot, "Render Paid?")
        await pilot.press("y")
        await shows(pilot, "2/2", "19 of 30,000 characters")
        assert len(server.spoken) == 2
        assert KEY not in screen_text(app)


async def test_quota_on_the_way_is_told_with_what_is_left(
    paid: World, server: SpeechServer
) -> None:
    server.play(Script(key=KEY, credits=12))
    app = paid.app()
    async with running(app, (110, 30)) as pilot:
        await shows(pilot, "0/2")
        await pilot.press("R")
        await shows(pilot, "Render Paid?")
        await pilot.press("y")
        await shows(pilot, "quota is used up", "voice: quota until", "1/2")
        await pilot.press("f2")
        await shows(pilot, "Press t to check again now")


async def test_studying_asks_for_nothing_and_o_takes_the_offline_voice(
    paid: World, server: SpeechServer
) -> None:
    server.play(Script(key=KEY, credits=0))
    app = paid.app(study="paid")
    async with running(app, (100, 30)) as pilot:
        await shows(pilot, "the window?", "voice: quota until", "o offline voice")
        await pilot.press("o")
        await shows(pilot, "offline voice")
        await until(pilot, lambda: app.status.offline_voice, "offline")
        await shows(pilot, "cached (offline voice)")
        await pilot.press("space", "3")
        assert server.spoken == []
        assert app.status.voice.state is VoiceState.QUOTA


async def test_speak_once_is_heard_and_counted(paid: World, server: SpeechServer) -> None:
    app = paid.app(study="paid")
    async with running(app, (100, 30)) as pilot:
        await shows(pilot, "not rendered yet (11 characters)", "s speak once")
        await pilot.press("s")
        await until(pilot, lambda: len(server.spoken) == 1, "asked")
        await shows(pilot, "11 of 30,000 characters", "cached")


async def test_a_voice_is_heard_and_chosen(paid: World, server: SpeechServer) -> None:
    app = paid.app()
    async with running(app, (100, 30)) as pilot:
        await shows(pilot, "0/2")
        await pilot.press("V")
        await shows(pilot, "eSpeak NG, on this machine", "Ada", "Ben", "until 2026-12-31")
        await pilot.press("down")
        await shows(pilot, "Ben", "retired", "hearing it takes")
        await pilot.press("space")
        await until(pilot, lambda: len(server.spoken) == 1, "heard")
        assert server.spoken[0].json["model_id"] == "eleven_flash_v2_5"
        await pilot.press("enter")
        await shows(pilot, "Let Ben speak?", "2 clips", "Nothing is rendered by this.")
        await pilot.press("y")
        await shows(pilot, "voice: elevenlabs:voiceB2")
        config = tomllib.loads(paid.paths.config_file.read_text(encoding="utf-8"))
        assert config["voice"]["name"] == "elevenlabs:voiceB2"
        assert len(server.spoken) == 1


async def test_a_voice_is_chosen_for_one_deck(paid: World, server: SpeechServer) -> None:
    app = paid.app()
    async with running(app, (100, 30)) as pilot:
        await shows(pilot, "0/2")
        await pilot.press("V")
        await shows(pilot, "Ada")
        await pilot.press("d")
        await shows(pilot, "For Paid:")
        await pilot.press("y")
        await shows(pilot, "speaks this deck now")
        written = (paid.decks / "paid.md").read_text(encoding="utf-8")
        assert 'voice = "elevenlabs:voiceA1"' in written


async def test_a_voice_that_is_gone_leads_to_others(paid: World, server: SpeechServer) -> None:
    server.remove_voice("voiceA1")
    app = paid.app(study="paid")
    async with running(app, (100, 30)) as pilot:
        await shows(pilot, "not rendered yet")
        await pilot.press("s")
        await shows(pilot, "voice gone")
        await pilot.press("s")
        assert len(server.spoken) == 1
        await pilot.press("f2")
        await shows(pilot, "Press c to choose another voice")
        await pilot.press("c")
        await shows(pilot, "Voices", "Ben")
        await pilot.press("q")
        await shows(pilot, "the window?")


async def test_without_a_paid_voice_the_list_says_what_to_do(world: World) -> None:
    world.sound = True
    world.write("paid.md", DECK)
    app = world.app()
    async with running(app, (100, 30)) as pilot:
        await shows(pilot, "0/2")
        await pilot.press("R")
        await shows(pilot, "2/2", "2 clips rendered")
        await pilot.press("V")
        await shows(pilot, "eSpeak NG, on this machine", "No other voice is set up.")
