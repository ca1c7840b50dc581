"""Feedback, sentence by sentence."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from recalliq_tui.domain.ledger import Purpose
from recalliq_tui.domain.voice import SpeechCode
from recalliq_tui.services.feedback import Feedback, Said
from recalliq_tui.services.utterance import Ending
from recalliq_tui.speech.errors import SpeechError
from tests.services.stage import a_stage, until
from tests.services.voices import StreamingVoice, spec_of

if TYPE_CHECKING:
    from pathlib import Path

ONE, TWO, THREE = "You covered X.", "You said part of Y.", "I didn't find Z."
TEXT = f"{ONE} {TWO} {THREE}"


async def test_every_sentence_is_heard_in_order(tmp_path: Path) -> None:
    async with a_stage(tmp_path, StreamingVoice(ms=120)) as stage:
        seen: list[Said | None] = []
        feedback = Feedback(stage.live, on_sentence=seen.append)
        result = await feedback.say(TEXT, lang="en")
        assert (result.total, result.heard, result.ending) == (3, 3, Ending.HEARD)
        assert stage.voice.asked == [ONE, TWO, THREE]
        assert seen == [Said(0, 3, ONE), Said(1, 3, TWO), Said(2, 3, THREE), None]
        assert set(stage.purposes) == {Purpose.FEEDBACK}
        ended = [e for e in stage.events if e.ev in {"first_frame", "ended"}]
        assert [e.ev for e in ended] == ["first_frame", "ended"] * 3
        assert not feedback.speaking


async def test_while_one_plays_exactly_one_is_asked_for_ahead(tmp_path: Path) -> None:
    async with a_stage(tmp_path, StreamingVoice(ms=500)) as stage:
        feedback = Feedback(stage.live)
        task = feedback.say(TEXT, lang="en")
        key = spec_of(ONE, "en").key
        await until(lambda: stage.voice.closed == [ONE, TWO], "two to have come")
        assert stage.told(key) == ["requested", "first_frame"], "the first still plays"
        await until(lambda: "ended" in stage.told(key), "the first to end")
        await until(lambda: THREE in stage.voice.asked, "the third to be asked for")
        feedback.stop()
        await asyncio.gather(task, return_exceptions=True)


async def test_nothing_is_asked_ahead_of_the_first_sound(tmp_path: Path) -> None:
    voice = StreamingVoice(gate=asyncio.Event(), before_gate=0)
    async with a_stage(tmp_path, voice) as stage:
        feedback = Feedback(stage.live)
        feedback.say(TEXT, lang="en")
        await until(lambda: voice.asked, "the request")
        await asyncio.sleep(0)
        assert voice.asked == [ONE]
        feedback.stop()


async def test_a_key_that_moves_on_cancels_sound_and_both_requests(tmp_path: Path) -> None:
    voice = StreamingVoice(ms=1_000, gate=asyncio.Event(), before_gate=20)
    async with a_stage(tmp_path, voice) as stage:
        feedback = Feedback(stage.live)
        task = feedback.say(TEXT, lang="en")
        await until(lambda: voice.asked == [ONE, TWO], "the request ahead")
        feedback.stop()
        assert stage.player.state.key is None
        assert not feedback.speaking
        await until(lambda: sorted(voice.gave_up) == sorted([ONE, TWO]), "both to be closed")
        with pytest.raises(asyncio.CancelledError):
            await task
        assert voice.asked == [ONE, TWO]


async def test_a_new_feedback_replaces_the_old(tmp_path: Path) -> None:
    async with a_stage(tmp_path, StreamingVoice(ms=200)) as stage:
        feedback = Feedback(stage.live)
        old = feedback.say(TEXT, lang="en")
        await until(lambda: stage.voice.asked, "the request")
        result = await feedback.say([THREE], lang="en")
        assert (result.total, result.heard) == (1, 1)
        assert old.cancelled()
        assert feedback.speaking is False


@pytest.mark.parametrize(
    "code",
    [
        SpeechCode.QUOTA_EXCEEDED,
        SpeechCode.NETWORK_ERROR,
        SpeechCode.RATE_LIMITED,
        SpeechCode.BUDGET_REACHED,
    ],
)
async def test_a_failure_ends_it_is_reported_and_asks_for_nothing_more(
    tmp_path: Path, code: SpeechCode
) -> None:
    error = SpeechError(code, "no more")
    voice = StreamingVoice(ms=120, errors={TWO: (0, error)})
    async with a_stage(tmp_path, voice) as stage:
        told: list[SpeechError] = []
        feedback = Feedback(stage.live, on_failure=told.append)
        result = await feedback.say(TEXT, lang="en")
        assert (result.heard, result.ending, result.error) == (1, Ending.FAILED, error)
        assert told == [error]
        assert voice.asked == [ONE, TWO]


async def test_a_sentence_that_can_t_be_said_is_passed_over(tmp_path: Path) -> None:
    error = SpeechError(SpeechCode.BAD_INPUT, "too long")
    voice = StreamingVoice(ms=120, errors={TWO: (0, error)})
    async with a_stage(tmp_path, voice) as stage:
        told: list[SpeechError] = []
        result = await Feedback(stage.live, on_failure=told.append).say(TEXT, lang="en")
        assert (result.heard, result.ending, result.error) == (2, Ending.FAILED, error)
        assert told == [error]
        assert voice.asked == [ONE, TWO, THREE]


async def test_muted_nothing_is_asked_for(tmp_path: Path) -> None:
    async with a_stage(tmp_path) as stage:
        stage.player.mute(muted=True)
        result = await Feedback(stage.live).say(TEXT, lang="en")
        assert (result.total, result.heard, result.ending) == (3, 0, Ending.MUTED)
        assert stage.voice.asked == []


async def test_nothing_to_say_is_done_at_once(tmp_path: Path) -> None:
    async with a_stage(tmp_path) as stage:
        feedback = Feedback(stage.live)
        assert (await feedback.say("  ")).total == 0
        feedback.stop()
