"""Cards that speak: a real cache, the real local voice, and a sink that records."""

from __future__ import annotations

import asyncio
import hashlib
import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import pytest

from recalliq_tui.audio.cache import ClipCache
from recalliq_tui.audio.errors import CacheCode, CacheError
from recalliq_tui.audio.memory import MemoryCache
from recalliq_tui.audio.player import Player
from recalliq_tui.audio.sinks.recording import ManualClock, RecordingSink
from recalliq_tui.domain.cards import Card, CardId, CardKind, Face, NoteId, Side
from recalliq_tui.domain.voice import AudioState, VoiceState
from recalliq_tui.services.board import Board, CacheState, DeviceState, Rendering
from recalliq_tui.services.speaking import Speaking
from recalliq_tui.speech.espeak.provider import EspeakProvider
from tests.services.joined import a_voice

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from recalliq_tui.audio.reports import Clips

FRONT, BACK = Side.FRONT, Side.BACK


def a_card(name: str, front: str = "", back: str = "", *, voice: str | None = None) -> Card:
    return Card(
        id=CardId(name),
        note_id=NoteId(name),
        kind=CardKind.BASIC,
        front=Face(front or f"front {name}"),
        back=Face(back or f"back {name}"),
        front_lang="en",
        back_lang="en",
        voice=voice,
    )


ONE, TWO, THREE = a_card("one"), a_card("two"), a_card("three")


@dataclass
class Room:
    """Cards, a voice, a cache and a sound card whose time moves by hand."""

    clips: Clips
    espeak: EspeakProvider
    sink: RecordingSink
    board: Board = field(default_factory=Board)
    speaking: Speaking = field(init=False)
    player: Player = field(init=False)
    changes: int = 0

    def __post_init__(self) -> None:
        self.speaking = Speaking(self.board, autoplay=True, muted=False)
        self.player = Player(
            lambda: self.sink, clock=self.sink.clock, on_event=self.speaking.on_player_event
        )

    async def open(self, *, cache_state: CacheState = CacheState.READY) -> None:
        await asyncio.to_thread(self.player.open)
        parts = a_voice(
            self.espeak, self.clips, self.player, board=self.board, cache_state=cache_state
        )
        self.speaking.opened(parts, self._changed)

    def _changed(self) -> None:
        self.changes += 1

    def state(self, card: Card, side: Side) -> AudioState | None:
        audio = self.speaking.side(card, side)
        return None if audio is None else audio.state

    async def until(self, holds: Callable[[], bool], what: str = "") -> None:
        """Let the loop and the threads work until something holds."""
        async with asyncio.timeout(20):
            while not holds():  # noqa: ASYNC110  (there is no event for every such thing)
                await asyncio.sleep(0.002)
        assert holds(), what

    async def heard(self, count: int) -> None:
        await self.until(lambda: len(self.sink.takes) >= count and self.sink.playing)

    def key(self, card: Card, side: Side) -> str:
        parts = self.speaking.parts
        assert parts is not None
        item = parts.work.known_item(card, side)
        assert item is not None
        return item.key


@pytest.fixture
async def espeak() -> AsyncIterator[EspeakProvider]:
    made = EspeakProvider()
    yield made
    await made.aclose()


@pytest.fixture
async def room(tmp_path: Path, espeak: EspeakProvider) -> AsyncIterator[Room]:
    clips = ClipCache.open(tmp_path / "clips")
    made = Room(clips, espeak, RecordingSink(ManualClock()))
    yield made
    await made.speaking.close()
    clips.close()


async def test_the_first_card_is_rendered_kept_and_heard(room: Room) -> None:
    room.speaking.in_sight(ONE)
    room.speaking.play(ONE, FRONT, automatic=True)
    assert room.state(ONE, FRONT) is None
    await room.open()
    await room.heard(1)
    assert room.state(ONE, FRONT) is AudioState.PLAYING
    await room.until(lambda: room.clips.present({room.key(ONE, FRONT)}) != set())
    room.sink.advance(10_000)
    await room.until(lambda: room.state(ONE, FRONT) is AudioState.CACHED)
    await room.until(lambda: room.state(ONE, BACK) is AudioState.CACHED)
    assert any(any(take.heard) for take in room.sink.takes), "something sounds"
    status = room.board.status
    assert (status.voice.state, status.voice.voice) == (VoiceState.READY, "espeak:auto")
    assert (status.device, status.device_label) == (DeviceState.READY, "recording")
    assert status.cache is CacheState.READY
    assert room.changes > 0


async def test_what_is_cached_plays_again_without_the_voice(room: Room, tmp_path: Path) -> None:
    await room.open()
    room.speaking.in_sight(ONE)
    await room.until(lambda: room.state(ONE, BACK) is AudioState.CACHED)
    silent = EspeakProvider(module="no.such.module")
    other = Room(room.clips, silent, RecordingSink(ManualClock()))
    await other.open()
    other.speaking.in_sight(ONE)
    other.speaking.play(ONE, FRONT)
    await other.heard(1)
    await other.until(lambda: other.board.status.voice.state is VoiceState.FAILED)
    assert other.state(TWO, FRONT) is None
    other.speaking.in_sight(TWO)
    await other.until(lambda: other.state(TWO, FRONT) is AudioState.BLOCKED)
    await other.speaking.close()
    await silent.aclose()


async def test_a_side_that_is_ready_starts_at_once(room: Room) -> None:
    await room.open()
    room.speaking.in_sight(ONE)
    await room.until(lambda: room.state(ONE, BACK) is AudioState.CACHED)
    room.speaking.play(ONE, BACK)
    assert room.player.state.key == room.key(ONE, BACK)


async def test_going_on_forgets_what_was_to_be_said(room: Room) -> None:
    await room.open()
    room.speaking.play(ONE, FRONT)
    room.speaking.stop()
    room.speaking.in_sight(TWO)
    await room.until(lambda: room.state(TWO, FRONT) is AudioState.CACHED)
    room.speaking.prepare(ONE)
    await room.until(lambda: room.state(ONE, FRONT) is AudioState.CACHED)
    assert room.sink.takes == []


async def test_the_back_is_heard_though_the_fronts_first_frame_comes_late(room: Room) -> None:
    await room.open()
    room.speaking.prepare(ONE)
    await room.until(lambda: room.state(ONE, BACK) is AudioState.CACHED)
    room.speaking.play(ONE, FRONT)
    await room.heard(1)
    room.speaking.play(TWO, BACK)
    await room.heard(2)
    await room.until(lambda: room.state(TWO, BACK) is AudioState.PLAYING)


async def test_automatic_play_keeps_to_the_setting_and_to_mute(room: Room) -> None:
    await room.open()
    room.speaking.prepare(ONE)
    await room.until(lambda: room.state(ONE, BACK) is AudioState.CACHED)
    room.speaking.set_muted(True)
    room.speaking.play(ONE, FRONT, automatic=True)
    assert room.player.state.key is None
    assert room.state(ONE, FRONT) is AudioState.MUTED
    assert room.board.status.muted
    room.speaking.set_muted(False)
    assert room.state(ONE, FRONT) is AudioState.CACHED
    quiet = Speaking(room.board, autoplay=False, muted=False)
    quiet.play(ONE, FRONT, automatic=True)
    assert quiet._wanted is None


async def test_mute_stops_the_sound_at_once(room: Room) -> None:
    await room.open()
    room.speaking.play(ONE, FRONT)
    await room.heard(1)
    room.speaking.set_muted(True)
    await room.until(lambda: not room.sink.playing)
    assert room.speaking.meter() is None


async def test_the_meter_moves_and_pauses(room: Room) -> None:
    await room.open()
    room.speaking.play(ONE, FRONT)
    await room.heard(1)
    room.sink.advance(300)
    meter = room.speaking.meter()
    assert meter is not None
    assert meter.position_ms == pytest.approx(300, abs=60)
    assert meter.duration_ms > 300
    assert all(0.0 <= level <= 1.0 for level in meter.levels)
    assert max(meter.levels) > 0
    room.speaking.toggle_pause()
    paused = room.speaking.meter()
    assert paused is not None
    assert paused.paused
    room.speaking.toggle_pause()
    again = room.speaking.meter()
    assert again is not None
    assert not again.paused


async def test_a_side_without_words_is_silent(room: Room) -> None:
    await room.open()
    card = a_card("silent", "![map](map.png)", "words")
    room.speaking.in_sight(card)
    await room.until(lambda: room.state(card, BACK) is AudioState.CACHED)
    assert room.state(card, FRONT) is AudioState.SILENT
    room.speaking.play(card, FRONT)
    assert room.player.state.key is None


async def test_a_voice_that_cant_be_blocks_its_card_and_mending_it_helps(room: Room) -> None:
    await room.open()
    card = a_card("bad", voice="nonsense")
    room.speaking.in_sight(card)
    await room.until(lambda: room.state(card, FRONT) is AudioState.BLOCKED)
    audio = room.speaking.side(card, FRONT)
    assert audio is not None
    assert "nonsense" in audio.label
    assert room.board.status.voice.state is not VoiceState.FAILED
    mended = replace(card, voice=None)
    room.speaking.in_sight(mended)
    await room.until(lambda: room.state(mended, FRONT) is AudioState.CACHED)


async def test_a_paid_voice_is_never_rendered_by_itself(room: Room) -> None:
    await room.open()
    card = a_card("paid", voice="elevenlabs:abc")
    room.speaking.in_sight(card)
    room.speaking.play(card, FRONT)
    await room.until(lambda: room.state(card, FRONT) is AudioState.BLOCKED)
    assert room.sink.takes == []


async def test_a_damaged_clip_is_rendered_again(room: Room, tmp_path: Path) -> None:
    await room.open()
    room.speaking.in_sight(ONE)
    await room.until(lambda: room.state(ONE, BACK) is AudioState.CACHED)
    key = room.key(ONE, FRONT)
    kept = room.clips.get(key)
    assert kept is not None
    noise = b"no mp3 at all"
    sha256 = hashlib.sha256(noise).hexdigest()
    room.clips.put(key, noise, replace(kept.info, sha256=sha256, bytes=len(noise)))
    fresh = Room(room.clips, room.espeak, RecordingSink(ManualClock()))
    await fresh.open()
    fresh.speaking.in_sight(ONE)
    fresh.speaking.play(ONE, FRONT)
    await fresh.heard(1)
    await fresh.until(lambda: (found := room.clips.get(key)) is not None and found.audio != noise)
    await fresh.speaking.close()


async def test_no_device_is_a_state_and_one_that_comes_is_taken_up(
    tmp_path: Path, espeak: EspeakProvider
) -> None:
    room = Room(MemoryCache(), espeak, RecordingSink(ManualClock(), present=False))
    await room.open()
    room.speaking.in_sight(ONE)
    room.speaking.play(ONE, FRONT)
    await room.until(lambda: room.state(ONE, FRONT) is AudioState.NO_DEVICE)
    assert room.board.status.device is DeviceState.NONE
    room.sink.present = True
    await room.until(lambda: room.board.status.device is DeviceState.READY)
    await room.heard(1)
    await room.speaking.close()


async def test_a_device_that_is_pulled_is_told_within_a_second(room: Room) -> None:
    await room.open()
    room.speaking.play(ONE, FRONT)
    await room.heard(1)
    room.sink.present = False
    begun = time.monotonic()
    await room.until(lambda: room.board.status.device is DeviceState.LOST)
    assert time.monotonic() - begun < 1.5
    assert room.state(ONE, FRONT) is AudioState.NO_DEVICE


async def test_filling_renders_in_order_with_progress(room: Room) -> None:
    seen: list[Rendering] = []
    room.board.listen(lambda status: seen.extend([status.rendering] if status.rendering else []))
    await room.open()
    room.speaking.fill("deck", [ONE, TWO, THREE])
    await room.until(lambda: room.board.status.clips_have == 6)
    await room.until(lambda: room.board.status.rendering is None)
    assert room.board.status.clips_need == 6
    assert {each.total for each in seen} == {6}
    assert seen[-1].done == 6
    assert (
        len(
            room.clips.present(
                {room.key(c, s) for c in (ONE, TWO, THREE) for s in Side if s is not Side.WHOLE}
            )
        )
        == 6
    )


async def test_a_new_filling_replaces_the_old_one(room: Room) -> None:
    await room.open()
    many = [a_card(f"card {number}", "a rather long text " * 20) for number in range(30)]
    room.speaking.fill("many", many)
    await room.until(lambda: room.board.status.rendering is not None)
    room.speaking.fill("two", [TWO])
    room.speaking.fill("one", [ONE])
    await room.until(lambda: room.board.status.clips_need == 2)
    await room.until(lambda: room.board.status.clips_have == 2)
    await room.until(lambda: room.board.status.rendering is None)
    assert room.board.status.voice.state is VoiceState.READY


async def test_the_card_in_sight_comes_before_the_filling(room: Room) -> None:
    await room.open()
    many = [a_card(f"card {number}", "a rather long text " * 10) for number in range(40)]
    room.speaking.fill("many", many)
    await room.until(lambda: room.board.status.rendering is not None)
    room.speaking.in_sight(many[-1])
    room.speaking.play(many[-1], FRONT)
    await room.heard(1)
    rendering = room.board.status.rendering
    assert rendering is not None
    assert rendering.done < 40


class _Full(MemoryCache):
    """A cache on a disk without room."""

    def put(self, *_given: object, **_named: object) -> None:
        raise CacheError(CacheCode.FULL, "no space left on device")


async def test_on_a_full_disk_a_clip_plays_though_it_cant_be_kept(espeak: EspeakProvider) -> None:
    room = Room(_Full(), espeak, RecordingSink(ManualClock()))
    await room.open()
    room.speaking.in_sight(ONE)
    room.speaking.play(ONE, FRONT)
    await room.heard(1)
    await room.until(lambda: room.board.status.cache is CacheState.FULL)
    room.speaking.play(ONE, FRONT)
    await room.heard(2)
    assert room.board.status.voice.state is VoiceState.READY
    await room.speaking.close()


async def test_speak_once_says_a_side_again(room: Room) -> None:
    await room.open()
    await room.speaking.speak_once(ONE, BACK)
    await room.heard(1)
    assert room.player.state.key == room.key(ONE, BACK)


async def test_after_the_end_nothing_is_reported(room: Room) -> None:
    await room.open()
    room.speaking.fill("deck", [ONE, TWO, THREE])
    room.speaking.play(ONE, FRONT)
    await room.speaking.close()
    changes = room.changes
    room.speaking.play(TWO, FRONT)
    await asyncio.sleep(0)
    assert room.changes == changes
    assert not room.sink.playing


async def test_before_anything_is_open_every_key_is_safe() -> None:
    speaking = Speaking(Board(), autoplay=True, muted=False)
    speaking.play(ONE, FRONT)
    speaking.toggle_pause()
    speaking.set_muted(True)
    speaking.fill("x", [ONE])
    await speaking.speak_once(ONE, FRONT)
    assert (speaking.side(ONE, FRONT), speaking.meter(), speaking.is_open) == (None, None, False)
    await speaking.close()
