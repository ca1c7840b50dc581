"""``say`` speaks a text through the configured voice, or writes it as an MP3."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from recalliq_tui.cli.common import (
    Exit,
    Json,
    Setup,
    narrate,
    plain_errors,
    say_json,
    setup,
)
from recalliq_tui.textsafe import one_line

if TYPE_CHECKING:
    from collections.abc import Callable

    from recalliq_tui.audio.events import PlaybackEvent
    from recalliq_tui.audio.player import Player
    from recalliq_tui.audio.reports import Clips
    from recalliq_tui.domain.clips import ClipSpec
    from recalliq_tui.services.phrase import Phrase
    from recalliq_tui.services.playout import Played, Playout


@dataclass(slots=True)
class _Outcome:
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


def say(
    text: Annotated[str, typer.Argument(help="What to say.")],
    lang: Annotated[
        str | None, typer.Option("--lang", metavar="xx", help="Language of the text: es, en-GB.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Write an MP3 and play nothing.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Say a text through the configured voice; the second time it comes from the cache.

    JSON: {code, message, provider, voice, characters, credits, bytes, cached, first_byte_ms,
    first_sound_ms}. code is null when all went well; times count from the start of the work.
    """
    ready = setup()
    with plain_errors():
        outcome = asyncio.run(_say(ready, text, lang=lang, out=out))
    if as_json:
        say_json(outcome.to_json())
    _narrate(outcome, out)
    raise typer.Exit(_exit(outcome.code))


async def _say(ready: Setup, text: str, *, lang: str | None, out: Path | None) -> _Outcome:
    from recalliq_tui.services.phrase import phrase_spec  # noqa: PLC0415
    from recalliq_tui.services.playout import Playout  # noqa: PLC0415
    from recalliq_tui.speech.errors import SpeechError  # noqa: PLC0415
    from recalliq_tui.speech.espeak.languages import speaks  # noqa: PLC0415
    from recalliq_tui.wiring import open_clips, voice_wishes  # noqa: PLC0415

    outcome = _Outcome(time.monotonic())
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
    from recalliq_tui.services.calendar import system_clock  # noqa: PLC0415
    from recalliq_tui.services.phrase import make_phrase  # noqa: PLC0415
    from recalliq_tui.speech.espeak.provider import EspeakProvider  # noqa: PLC0415

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
    from recalliq_tui.audio.decode import decode  # noqa: PLC0415
    from recalliq_tui.audio.errors import DecodeError  # noqa: PLC0415
    from recalliq_tui.services.playout import Played  # noqa: PLC0415

    try:
        pcm = await asyncio.to_thread(decode, phrase.audio)
    except DecodeError as error:
        return Played(code=error.code.value, message=error.message)
    return await playout.play(phrase.spec.key, pcm)


def _player_maker(ready: Setup) -> Callable[[Callable[[PlaybackEvent], None]], Player]:
    from recalliq_tui.audio.player import Player  # noqa: PLC0415
    from recalliq_tui.audio.sinks.choose import SinkPreference, choose_sink  # noqa: PLC0415

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


def _take(outcome: _Outcome, played: Played) -> None:
    outcome.first_sound = played.first_sound
    if played.code is not None:
        outcome.fail(played.code, played.message)


def _narrate(outcome: _Outcome, out: Path | None) -> None:
    phrase = outcome.phrase
    if phrase is not None and not phrase.kept:
        narrate("the cache folder can't be used: this phrase will be spoken anew next time")
    if outcome.code == "no_device":
        narrate(f"recalliq: no audio device: {one_line(outcome.message)}")
        narrate("connect or start one, or write a file: recalliq say TEXT --out FILE")
    elif outcome.code is not None:
        narrate(f"recalliq: {outcome.code}: {one_line(outcome.message)}")
    elif phrase is not None:
        where = f"written to {one_line(str(out))}" if out else "said"
        source = "from the cache" if phrase.cached else f"by {phrase.spec.voice_name}"
        narrate(f"{where}, {source}")


def _exit(code: str | None) -> Exit:
    match code:
        case None:
            return Exit.DONE
        case "quota_exceeded" | "budget_reached":
            return Exit.QUOTA
        case "network_error":
            return Exit.NETWORK
        case _:
            return Exit.FAILED
