"""Cards with a paid voice: what plays, what is asked for, what the strip says. Real sockets."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from recalliq_tui.audio.cache import ClipCache
from recalliq_tui.audio.player import Player
from recalliq_tui.audio.sinks.recording import ManualClock, RecordingSink
from recalliq_tui.config import Config
from recalliq_tui.domain.cards import Card, CardId, CardKind, Face, NoteId, Side
from recalliq_tui.domain.voice import AudioState, VoiceState
from recalliq_tui.lab.servers import Script, SpeechServer
from recalliq_tui.services.board import Board
from recalliq_tui.services.speaking import Speaking
from recalliq_tui.services.voices import VoiceWishes
from recalliq_tui.speech.espeak.provider import EspeakProvider
from tests.services.joined import a_voice, close

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator
    from pathlib import Path

    from recalliq_tui.audio.sinks.recording import Take
    from recalliq_tui.services.soundparts import SoundParts

KEY = "sk_marked_0123456789abcdef"
FRONT, BACK = Side.FRONT, Side.BACK
CARD = Card(
    id=CardId("c"),
    note_id=NoteId("c"),
    kind=CardKind.BASIC,
    front=Face("the window"),
    back=Face("la ventana"),
    front_lang="en",
    back_lang="es",
)


@dataclass
class Desk:
    """A learner with a paid voice, at a sound card whose time moves by hand."""

    clips: ClipCache
    values: dict[str, object] = field(default_factory=dict)
    board: Board = field(default_factory=Board)
    sink: RecordingSink = field(default_factory=lambda: RecordingSink(ManualClock()))
    espeak: EspeakProvider = field(default_factory=EspeakProvider)
    speaking: Speaking = field(init=False)
    player: Player = field(init=False)
    parts: SoundParts = field(init=False)

    async def open(self) -> None:
        fallback = self.values.get("voice.fallback") == "local"
        self.speaking = Speaking(self.board, autoplay=True, muted=False, fallback=fallback)
        self.player = Player(
            lambda: self.sink, clock=self.sink.clock, on_event=self.speaking.on_player_event
        )
        await asyncio.to_thread(self.player.open)
        config = Config({"voice.name": "elevenlabs:voiceA1", **self.values})
        self.parts = a_voice(
            self.espeak,
            self.clips,
            self.player,
            board=self.board,
            config=config,
            offline=lambda: self.speaking.offline_now,
        )
        self.speaking.opened(self.parts, lambda: None)

    async def end(self) -> None:
        await self.speaking.close()
        await close(self.parts)
        await self.espeak.aclose()

    async def until(self, holds: Callable[[], object], what: str = "") -> None:
        async with asyncio.timeout(15):
            while not holds():  # noqa: ASYNC110  (there is no event for every such thing)
                await asyncio.sleep(0.002)
        assert holds(), what

    def state(self, side: Side = FRONT) -> AudioState | None:
        audio = self.speaking.side(CARD, side)
        return None if audio is None else audio.state

    def label(self, side: Side = FRONT) -> str:
        audio = self.speaking.side(CARD, side)
        return "" if audio is None else audio.label

    @property
    def takes(self) -> list[Take]:
        return self.sink.takes


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[SpeechServer]:
    with SpeechServer(Script(key=KEY)) as made:
        monkeypatch.setenv("ELEVENLABS_API_KEY", KEY)
        # Settings from the environment are read where the config is; this test makes its own.
        yield made


@pytest.fixture
async def desk(server: SpeechServer, tmp_path: Path) -> AsyncIterator[Desk]:
    clips = ClipCache.open(tmp_path / "clips")
    made = Desk(clips, {"elevenlabs.base_url": server.base_url})
    yield made
    await made.end()
    clips.close()


async def test_opening_a_card_asks_nobody_and_says_what_hearing_it_takes(
    desk: Desk, server: SpeechServer
) -> None:
    await desk.open()
    desk.speaking.in_sight(CARD, "deck")
    desk.speaking.play(CARD, FRONT, automatic=True)
    desk.speaking.fill("deck", [CARD])
    await desk.until(lambda: desk.state() is AudioState.MISSING)
    await desk.until(lambda: desk.board.status.voice.state is VoiceState.READY)
    assert desk.label() == "10 characters"
    assert server.spoken == []
    assert desk.board.status.voice.voice == "elevenlabs:voiceA1"


async def test_speak_once_streams_the_cards_own_clip_meters_it_and_keeps_it(
    desk: Desk, server: SpeechServer
) -> None:
    await desk.open()
    desk.speaking.in_sight(CARD, "deck")
    await desk.until(lambda: desk.state() is AudioState.MISSING)
    once = asyncio.create_task(desk.speaking.speak_once(CARD, FRONT))
    await desk.until(lambda: desk.takes and desk.sink.playing)
    await desk.until(lambda: desk.state() is AudioState.PLAYING)
    await desk.until(lambda: _advance(desk) and once.done())
    await once
    (request,) = server.spoken
    assert request.path.endswith("/stream")
    assert request.json["model_id"] == "eleven_multilingual_v2"
    await desk.until(lambda: desk.state() is AudioState.CACHED)
    assert desk.label() == ""
    await desk.until(lambda: desk.board.status.paid_characters == 10)

    desk.speaking.play(CARD, FRONT)
    await desk.until(lambda: len(desk.takes) == 2)
    assert len(server.spoken) == 1
    item = desk.parts.work.known_item(CARD, FRONT)
    assert item is not None
    assert desk.clips.status().phrases == 0


def _advance(desk: Desk) -> bool:
    desk.sink.advance(200)
    return True


async def test_plays_from_the_cache_are_counted_for_the_deck(
    desk: Desk, server: SpeechServer
) -> None:
    await desk.open()
    desk.speaking.in_sight(CARD, "deck")
    await desk.until(lambda: desk.state() is AudioState.MISSING)
    plan, _ = desk.parts.work.plan("deck", [CARD])
    await desk.speaking.render_deck(plan)
    assert len(server.spoken) == 2
    desk.speaking.play(CARD, FRONT)
    await desk.until(lambda: desk.takes)
    await desk.until(lambda: _advance(desk) and desk.parts.voices.books._plays)
    ((_, deck, provider, _),) = desk.parts.voices.books._plays
    assert (deck, provider) == ("deck", "elevenlabs")


async def test_another_clip_of_the_text_plays_with_a_label(
    desk: Desk, server: SpeechServer
) -> None:
    desk.values["voice.name"] = "elevenlabs:voiceB2"
    await desk.open()
    plan, _ = desk.parts.work.plan("deck", [CARD])
    await desk.speaking.render_deck(plan)
    wishes = VoiceWishes(config="elevenlabs:voiceA1")
    desk.speaking.wish(wishes)
    desk.speaking.in_sight(CARD)
    desk.speaking.play(CARD, FRONT)
    await desk.until(lambda: desk.state() is AudioState.PLAYING)
    assert desk.label() == "voice elevenlabs:voiceB2@eleven_multilingual_v2"
    assert len(server.spoken) == 2
    await desk.until(lambda: desk.board.status.voice.voice == "elevenlabs:voiceA1")


async def test_the_local_voice_stands_in_where_the_setting_says_so_and_says_it(
    desk: Desk, server: SpeechServer
) -> None:
    desk.values["voice.fallback"] = "local"
    await desk.open()
    desk.speaking.in_sight(CARD)
    desk.speaking.play(CARD, FRONT)
    await desk.until(lambda: desk.state() is AudioState.PLAYING)
    assert desk.label() == "offline voice"
    assert server.spoken == []


async def test_a_used_up_quota_shows_at_once_and_the_offline_voice_is_a_key(
    desk: Desk, server: SpeechServer
) -> None:
    server.play(Script(key=KEY, credits=0))
    await desk.open()
    desk.speaking.in_sight(CARD)
    await desk.until(lambda: desk.board.status.voice.state is VoiceState.QUOTA)
    assert desk.board.status.voice.until is not None
    await desk.until(lambda: desk.state() is AudioState.BLOCKED)
    await desk.speaking.speak_once(CARD, FRONT)
    assert server.spoken == []
    assert desk.speaking.can_go_offline
    desk.speaking.go_offline()
    await desk.until(lambda: desk.state() is AudioState.CACHED)
    assert desk.label() == "offline voice"
    await desk.until(lambda: not desk.speaking.can_go_offline)
    assert desk.board.status.offline_voice
    assert desk.board.status.voice.state is VoiceState.QUOTA
    desk.speaking.say(["You covered it all."], lang="en")
    await desk.until(lambda: desk.takes)
    assert server.spoken == []


async def test_quota_in_the_middle_of_a_deck_stops_it_and_health_outlives_the_program(
    desk: Desk, server: SpeechServer, tmp_path: Path
) -> None:
    server.play(Script(key=KEY, credits=12))
    await desk.open()
    plan, _ = desk.parts.work.plan("deck", [CARD])
    result = await desk.speaking.render_deck(plan)
    assert (result.code, result.rendered) == ("quota_exceeded", 1)
    assert desk.board.status.voice.state is VoiceState.QUOTA
    await desk.end()

    server.refuse_connections()
    again = Desk(desk.clips, desk.values)
    await again.open()
    await again.until(lambda: again.board.status.voice.state is VoiceState.QUOTA)
    assert again.board.status.paid_characters == 10
    server.listen_again()
    server.play(Script(key=KEY))
    again.speaking.check_again()
    await again.until(lambda: again.board.status.voice.state is VoiceState.READY)
    asked = len(server.spoken)
    plan, _ = again.parts.work.plan("deck", [CARD])
    result = await again.speaking.render_deck(plan)
    assert (result.code, result.rendered, len(server.spoken)) == (None, 1, asked + 1)
    desk.speaking, desk.parts, desk.espeak = again.speaking, again.parts, again.espeak


async def test_an_outage_shows_and_heals_without_a_restart(
    desk: Desk, server: SpeechServer
) -> None:
    await desk.open()
    await desk.until(lambda: desk.board.status.voice.state is VoiceState.READY)
    server.refuse_connections()
    desk.speaking.in_sight(CARD)
    await desk.until(lambda: desk.state() is AudioState.MISSING)
    await desk.speaking.speak_once(CARD, FRONT)
    assert desk.board.status.voice.state is VoiceState.OFFLINE
    assert desk.state() is AudioState.BLOCKED
    server.listen_again()
    await desk.until(lambda: desk.board.status.voice.state is VoiceState.READY)


async def test_feedback_is_streamed_with_the_live_model(desk: Desk, server: SpeechServer) -> None:
    await desk.open()
    desk.speaking.in_sight(CARD, "deck")
    desk.speaking.say(["You covered light."], lang="en")
    await desk.until(lambda: server.spoken)
    assert server.spoken[0].path.endswith("/stream")
    assert server.spoken[0].json["model_id"] == "eleven_flash_v2_5"
    desk.speaking.stop()


async def test_a_deck_that_is_rendered_can_be_stopped(desk: Desk, server: SpeechServer) -> None:
    from recalliq_tui.lab.servers import Speak  # noqa: PLC0415

    server.play(Script(key=KEY, then=Speak(latency=30)))
    await desk.open()
    plan, _ = desk.parts.work.plan("deck", [CARD])
    run = asyncio.create_task(desk.speaking.render_deck(plan))
    await desk.until(lambda: server.spoken)
    assert desk.board.status.rendering is not None
    desk.speaking.cancel_deck()
    result = await run
    assert (result.cancelled, result.left) == (True, 2)
    await desk.until(lambda: desk.board.status.rendering is None)


async def test_a_voice_that_is_written_wrongly_is_no_voice_set(desk: Desk) -> None:
    desk.values["voice.name"] = "nonsense"
    await desk.open()
    await desk.until(lambda: desk.board.status.voice.state is VoiceState.NOT_CONFIGURED)


async def test_without_a_key_there_is_no_voice_set(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ELEVENLABS_API_KEY")
    await desk.open()
    await desk.until(lambda: desk.board.status.voice.state is VoiceState.NOT_CONFIGURED)
    assert "ELEVENLABS_API_KEY" in desk.board.status.voice.message
    desk.speaking.in_sight(CARD)
    await desk.until(lambda: desk.state() is AudioState.BLOCKED)
