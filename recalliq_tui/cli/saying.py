"""Says one text: cache or voice, then the device or a file. Loaded when something is said."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from recalliq_tui.audio.decode import decode
from recalliq_tui.audio.errors import DecodeError
from recalliq_tui.audio.player import Player
from recalliq_tui.audio.sinks.choose import SinkPreference, choose_sink
from recalliq_tui.cli.common import Setup, narrate
from recalliq_tui.services.calendar import system_clock
from recalliq_tui.services.phrase import Phrase, make_phrase, phrase_spec
from recalliq_tui.services.playout import Played, Playout
from recalliq_tui.speech.errors import SpeechError
from recalliq_tui.speech.espeak.languages import speaks
from recalliq_tui.speech.espeak.provider import EspeakProvider
from recalliq_tui.textsafe import one_line
from recalliq_tui.wiring import open_clips, voice_wishes

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from recalliq_tui.audio.events import PlaybackEvent
    from recalliq_tui.audio.reports import Clips
    from recalliq_tui.domain.clips import ClipSpec


@dataclass(slots=True)
class Outcome:
    """What came of it, as far as it got; times in seconds on the monotonic clock."""

    started: float
    spec: ClipSpec | None = None
    phrase: Phrase | None = None
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
    try:
        spec = outcome.spec = phrase_spec(text, lang=lang, wishes=voice_wishes(ready.config))
    except SpeechError as error:
        outcome.fail(error.code.value, error.message)
        return outcome
    if spec.provider == "espeak" and lang and not speaks(lang):
        narrate(f"there is no local voice for {one_line(lang)!r}: English reads it")
    playout = None if out else Playout(_player_maker(ready), clock=time.monotonic)
    clips, _ = await asyncio.to_thread(open_clips, ready.config, ready.paths)
    try:
        outcome.phrase = await _phrase(spec, clips)
        if out is not None:
            _write(outcome.phrase, out)
        if playout is not None:
            _take(outcome, await _play(playout, outcome.phrase))
    except SpeechError as error:
        outcome.fail(error.code.value, error.message)
    except OSError as error:
        outcome.fail("not_written", f"{out}: {error.strerror}")
    finally:
        if playout is not None:
            await playout.close()
        clips.close()
    return outcome


async def _phrase(spec: ClipSpec, clips: Clips) -> Phrase:
    espeak = EspeakProvider()
    try:
        return await make_phrase(
            spec,
            clips=clips,
            providers={espeak.name: espeak},
            now=system_clock,
            monotonic=time.monotonic,
        )
    finally:
        await espeak.aclose()


async def _play(playout: Playout, phrase: Phrase) -> Played:
    try:
        pcm = await asyncio.to_thread(decode, phrase.audio)
    except DecodeError as error:
        return Played(code=error.code.value, message=error.message)
    return await playout.play(phrase.spec.key, pcm)


def _player_maker(ready: Setup) -> Callable[[Callable[[PlaybackEvent], None]], Player]:
    preference = SinkPreference(ready.config.text("audio.sink"))
    return lambda on_event: Player(lambda: choose_sink(preference), on_event=on_event)


def _write(phrase: Phrase, out: Path) -> None:
    """Write the MP3 whole or not at all."""
    part = out.with_name(f".{out.name}.part")
    try:
        part.write_bytes(phrase.audio)
        part.replace(out)
    finally:
        part.unlink(missing_ok=True)


def _take(outcome: Outcome, played: Played) -> None:
    outcome.first_sound = played.first_sound
    if played.code is not None:
        outcome.fail(played.code, played.message)
