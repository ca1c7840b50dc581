"""What a clip spec asks of the local voice, checked."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from recalliq_tui.domain.voice import SpeechCode
from recalliq_tui.speech.errors import SpeechError

if TYPE_CHECKING:
    from recalliq_tui.domain.clips import ClipSpec

FORMAT: Final = "mp3_22050_64"
MODEL: Final = "espeak-ng-1.52"
WPM: Final = 160
"""Words a minute: a little slower than the engine's own 175, for listeners who learn."""
PITCH: Final = 50
MAX_CHARS: Final = 20_000
_WPM: Final = range(80, 451)
_PITCH: Final = range(100)
_FORMAT: Final = re.compile(r"mp3_22050_(32|40|48|56|64|80|96|112|128|144|160)\Z")
_VOICE: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*(?:\+[A-Za-z0-9_-]{1,40})?\Z", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Options:
    """``kbps`` of the MP3, ``wpm`` from 80 to 450, ``pitch`` from 0 to 99."""

    text: str
    voice: str
    wpm: int
    pitch: int
    phonemes: bool
    kbps: int


def options_of(spec: ClipSpec) -> Options:
    """Return a spec's options; ``bad_input`` or ``voice_unavailable`` for impossible ones."""
    if not spec.text.strip():
        raise SpeechError(SpeechCode.BAD_INPUT, "there is no text to say")
    if len(spec.text) > MAX_CHARS:
        raise SpeechError(
            SpeechCode.BAD_INPUT,
            f"{len(spec.text):,} characters are too many for one clip; split it at {MAX_CHARS:,}",
        )
    if not _VOICE.match(spec.voice):
        raise SpeechError(
            SpeechCode.VOICE_UNAVAILABLE, f"{spec.voice[:60]!r} is no name of a local voice"
        )
    found = _FORMAT.match(spec.format)
    if found is None:
        raise SpeechError(
            SpeechCode.BAD_INPUT, f"the local voice makes {FORMAT}, not {spec.format[:40]!r}"
        )
    settings = spec.settings or {}
    return Options(
        text=spec.text,
        voice=spec.voice,
        wpm=_whole(settings.get("wpm", WPM), "wpm", _WPM),
        pitch=_whole(settings.get("pitch", PITCH), "pitch", _PITCH),
        phonemes=settings.get("phonemes") is True,
        kbps=int(found[1]),
    )


def _whole(value: object, name: str, allowed: range) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value not in allowed:
        raise SpeechError(
            SpeechCode.BAD_INPUT,
            f"{name} of the local voice is a whole number from {allowed[0]} to {allowed[-1]}",
        )
    return value
