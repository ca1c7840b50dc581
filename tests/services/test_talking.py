"""Speaking what is new: how it goes is told, and it ends with the key that moves on."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

from recalliq_tui.domain.ledger import Purpose
from recalliq_tui.domain.voice import AudioState, SpeechCode
from recalliq_tui.services.board import Board
from recalliq_tui.services.feedback import Feedback
from recalliq_tui.services.speaking import SideAudio, Speaking
from recalliq_tui.speech.errors import SpeechError
from tests.services.stage import a_stage, until
from tests.services.voices import StreamingVoice

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from recalliq_tui.services.soundparts import SoundParts
    from tests.services.stage import Stage

SAID = ("You covered X.", "I didn't find Z.")


@asynccontextmanager
async def speaking(
    folder: Path, voice: StreamingVoice | None = None
) -> AsyncIterator[tuple[Speaking, Stage]]:
    async with a_stage(folder, voice) as stage:
        made = Speaking(Board(), autoplay=True, muted=False)
        parts = SimpleNamespace(player=stage.player, live=stage.live, feedback=Feedback(stage.live))
        made._parts = cast("SoundParts", parts)
        yield made, stage
        made.stop()


async def test_it_says_all_and_then_there_is_nothing_to_tell(tmp_path: Path) -> None:
    async with speaking(tmp_path, StreamingVoice(ms=100)) as (sound, stage):
        sound.say(SAID, lang="en")
        assert sound.talk == SideAudio(AudioState.PLAYING)
        await until(lambda: sound.talk is None, "the end")
        assert tuple(stage.voice.asked) == SAID
        assert set(stage.purposes) == {Purpose.FEEDBACK}


async def test_why_it_was_not_said_stays_until_the_next_key(tmp_path: Path) -> None:
    error = SpeechError(SpeechCode.QUOTA_EXCEEDED, "the quota is used up")
    async with speaking(tmp_path, StreamingVoice(errors={SAID[0]: (0, error)})) as (sound, stage):
        sound.say(SAID, purpose=Purpose.LIVE)
        blocked = SideAudio(AudioState.BLOCKED, "the quota is used up")
        await until(lambda: sound.talk == blocked, "the reason")
        assert stage.voice.asked == [SAID[0]], "nothing more is asked"
        sound.stop()
        assert sound.talk is None


async def test_moving_on_ends_sound_and_request_at_once(tmp_path: Path) -> None:
    voice = StreamingVoice(ms=1_000, gate=asyncio.Event(), before_gate=20)
    async with speaking(tmp_path, voice) as (sound, stage):
        sound.say(SAID)
        await until(lambda: tuple(voice.asked) == SAID, "the request ahead")
        sound.stop()
        assert sound.talk is None
        assert stage.player.state.key is None
        await until(lambda: len(voice.closed) == 2, "both requests to end")


async def test_what_is_said_next_takes_its_place(tmp_path: Path) -> None:
    async with speaking(tmp_path, StreamingVoice(ms=60)) as (sound, stage):
        sound.say(["An old one."])
        sound.say(["A new one."])
        await until(lambda: sound.talk is None, "the end")
        assert "A new one." in stage.voice.asked


async def test_a_muted_voice_is_asked_nothing(tmp_path: Path) -> None:
    async with speaking(tmp_path) as (sound, stage):
        sound.set_muted(True)
        sound.say(SAID)
        await asyncio.sleep(0)
        assert not stage.voice.asked
        assert sound.talk is None


async def test_muting_ends_it(tmp_path: Path) -> None:
    async with speaking(tmp_path, StreamingVoice(ms=2_000)) as (sound, stage):
        sound.say(SAID)
        await until(lambda: stage.player.state.key is not None, "the sound")
        sound.set_muted(True)
        assert sound.talk is None
        assert stage.player.state.key is None
