"""The one table of words: what each state is called on the screen."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, assert_never

from recalliq_tui.domain.voice import FREE, AudioState, VoiceHealth, VoiceState, parse_voice
from recalliq_tui.textsafe import one_line

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from recalliq_tui.tui.signs import Signs


def shown_path(path: Path | str) -> str:
    """A path as one line of plain text, the learner's home written ``~``."""
    text = one_line(str(path), max_chars=300)
    home = str(Path.home())
    return f"~{text[len(home) :]}" if text.startswith(f"{home}/") else text


def local_moment(moment: datetime, zone: tzinfo | None) -> str:
    """A moment as ``1 Dec 09:00`` in the learner's time."""
    local = moment.astimezone(zone)
    return f"{local.day} {local:%b %H:%M}"


def voice_name(voice: str) -> str:
    """A voice as the strip calls it."""
    return "eSpeak NG" if voice == "espeak:auto" else one_line(voice, max_chars=60)


def _is_local(voice: str) -> bool:
    """Whether a voice is on this machine; one that isn't written as a voice is its name."""
    ref = parse_voice(voice)
    return ref is None or ref.provider in FREE


def voice_words(health: VoiceHealth, signs: Signs, zone: tzinfo | None = None) -> tuple[str, str]:
    """Sign and words of the voice for the strip."""
    until = f" until {local_moment(health.until, zone)}" if health.until else ""
    match health.state:
        case VoiceState.CHECKING:
            return signs.working, "voice: checking"
        case VoiceState.READY:
            return signs.ready, f"voice: {voice_name(health.voice)}"
        case VoiceState.OFFLINE_VOICE:
            return signs.ready, f"offline voice: {voice_name(health.voice)}"
        case VoiceState.RATE_LIMITED:
            return signs.needs, f"voice: rate limit{until}"
        case VoiceState.QUOTA:
            return signs.needs, f"voice: quota{until or ' used up'}"
        case VoiceState.OFFLINE:
            return signs.needs, "voice: offline"
        case VoiceState.NOT_CONFIGURED:
            return signs.nothing, "no voice set"
        case VoiceState.VOICE_GONE:
            return signs.failed, "voice gone"
        case VoiceState.PLAN:
            return signs.needs, "voice: not in your plan"
        case VoiceState.BLOCKED:
            return signs.failed, "voice: account blocked"
        case VoiceState.BUDGET:
            return signs.needs, "voice: budget reached"
        case VoiceState.FAILED:
            local = _is_local(health.voice)
            return signs.failed, f"voice: {'engine failed' if local else 'provider is down'}"
        case _:
            assert_never(health.state)


def audio_words(state: AudioState, signs: Signs) -> tuple[str, str]:
    """Sign and words of one side's audio, under the card."""
    match state:
        case AudioState.CACHED:
            return signs.sound, "cached"
        case AudioState.PLAYING:
            return signs.sound, "speaking"
        case AudioState.FETCHING:
            return signs.working, "rendering the voice"
        case AudioState.MISSING:
            return signs.nothing, "not rendered yet"
        case AudioState.STALE:
            return signs.needs, "recorded for an older text"
        case AudioState.DAMAGED:
            return signs.failed, "the clip was damaged; rendering it again"
        case AudioState.BLOCKED:
            return signs.failed, "the voice can't speak"
        case AudioState.MUTED:
            return signs.nothing, "muted"
        case AudioState.NO_DEVICE:
            return signs.failed, "no audio device"
        case AudioState.SILENT:
            return signs.nothing, "nothing to say aloud"
        case _:
            assert_never(state)
