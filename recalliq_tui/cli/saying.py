"""Says one text while its sound arrives, or writes it. Loaded when something is said."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from recalliq_tui.audio.player import Player
from recalliq_tui.audio.playing import DeviceState
from recalliq_tui.audio.sinks.choose import SinkPreference, choose_sink
from recalliq_tui.cli.common import Setup, narrate
from recalliq_tui.domain.ledger import Purpose
from recalliq_tui.services.calendar import Calendar
from recalliq_tui.services.joining import make_live, voice_setups, voices_for_command, wishes_of
from recalliq_tui.services.phrase import phrase_spec
from recalliq_tui.speech.errors import SpeechError
from recalliq_tui.speech.espeak.languages import speaks
from recalliq_tui.textsafe import one_line
from recalliq_tui.wiring import open_clips

if TYPE_CHECKING:
    from pathlib import Path

    from recalliq_tui.domain.clips import ClipSpec
    from recalliq_tui.services.live import LiveVoice
    from recalliq_tui.services.utterance import Spoken, Utterance


@dataclass(slots=True)
class Outcome:
    """What came of it, as far as it got; times in seconds on the monotonic clock."""

    started: float
    spec: ClipSpec | None = None
    phrase: Spoken | None = None
    code: str | None = None
    message: str = ""
    first_sound: float | None = None

    def fail(self, code: str, message: str) -> None:
        self.code, self.message = code, message

    def to_json(self) -> dict[str, Any]:
        spec, phrase = self.spec, self.phrase
        return {
            "code": self.code,
            "message": self.message,
            "provider": spec.provider if spec else None,
            "voice": spec.voice if spec else None,
            "characters": len(spec.text) if spec else 0,
            "credits": phrase.credits if phrase else 0.0,
            "bytes": len(phrase.audio) if phrase else 0,
            "cached": phrase.cached if phrase else False,
            "first_byte_ms": self._since(phrase.first_byte) if phrase else None,
            "first_sound_ms": self._since(self.first_sound),
        }

    def _since(self, moment: float | None) -> float | None:
        return None if moment is None else round((moment - self.started) * 1000, 1)


def say_text(ready: Setup, text: str, *, lang: str | None, out: Path | None) -> Outcome:
    """Say ``text``, or write it to ``out``; what goes wrong is in the outcome."""
    return asyncio.run(_say(ready, text, lang=lang, out=out))


async def _say(ready: Setup, text: str, *, lang: str | None, out: Path | None) -> Outcome:
    outcome = Outcome(time.monotonic())
    setups = voice_setups(ready.config)
    wishes = wishes_of(ready.config, setups)
    try:
        spec = outcome.spec = phrase_spec(text, lang=lang, wishes=wishes)
    except SpeechError as error:
        outcome.fail(error.code.value, error.message)
        return outcome
    if spec.provider == "espeak" and lang and not speaks(lang):
        narrate(f"there is no local voice for {one_line(lang)!r}: English reads it")
    player = _player(ready)
    opening = None if out else asyncio.create_task(asyncio.to_thread(player.open))
    clips, _ = await asyncio.to_thread(open_clips, ready.config, ready.paths)
    try:
        async with voices_for_command(
            ready.config, ready.paths, wishes=wishes, setups=setups
        ) as voices:
            if spec.provider in setups:
                await voices.start()
                await voices.asked_anew()
            live = make_live(voices, player, clips, wishes=lambda: wishes, now=Calendar())
            try:
                asked = live.request(text, lang=lang, purpose=Purpose.SAY, spec=spec)
                await _hear(outcome, live, asked, opening)
            finally:
                await live.aclose()
        if outcome.code == "no_device":
            outcome.message = player.state.message
        if out is not None and outcome.phrase is not None:
            _write(outcome.phrase, out)
    except OSError as error:
        outcome.fail("not_written", f"{out}: {error.strerror}")
    finally:
        await asyncio.to_thread(player.close)
        clips.close()
    return outcome


async def _hear(
    outcome: Outcome,
    live: LiveVoice,
    asked: Utterance,
    opening: asyncio.Task[DeviceState] | None,
) -> None:
    """Play what comes; without a device, or where it is only written, wait for all of it."""
    if opening is None:
        _take(outcome, await asked.fetched())
    elif await opening is DeviceState.READY:
        _take(outcome, await live.play(asked))
    else:
        _take(outcome, await asked.fetched())
        if outcome.code is None:
            outcome.fail("no_device", "")


def _player(ready: Setup) -> Player:
    preference = SinkPreference(ready.config.text("audio.sink"))
    return Player(lambda: choose_sink(preference))


def _take(outcome: Outcome, spoken: Spoken) -> None:
    outcome.first_sound = spoken.first_sound
    if spoken.audio:
        outcome.phrase = spoken
    if spoken.code is not None:
        message = spoken.error.message if spoken.error is not None else spoken.message
        outcome.fail(spoken.code, message)


def _write(phrase: Spoken, out: Path) -> None:
    """Write the MP3 whole or not at all."""
    part = out.with_name(f".{out.name}.part")
    try:
        part.write_bytes(phrase.audio)
        part.replace(out)
    finally:
        part.unlink(missing_ok=True)
