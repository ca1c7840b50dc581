"""The doctor's checks of what is heard: cache, sound device, voice."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

from recalliq_tui.audio.decode import decode
from recalliq_tui.audio.errors import CacheError, DecodeError
from recalliq_tui.audio.memory import MemoryCache
from recalliq_tui.audio.playing import DeviceState
from recalliq_tui.services.doctor import Check, Level
from recalliq_tui.services.voices import ESPEAK, LOCAL_VOICE, choose_voice, spec_for
from recalliq_tui.speech.errors import SpeechError
from recalliq_tui.textsafe import one_line

if TYPE_CHECKING:
    from recalliq_tui.audio.player import Player
    from recalliq_tui.audio.reports import Clips
    from recalliq_tui.services.voices import VoiceWishes
    from recalliq_tui.speech.protocol import Provider

_NO_DEVICE = "Connect or start a sound device; until then the text is shown and studying goes on."


def check_cache(clips: Clips) -> Check:
    """Count the clips of an opened cache. Blocks."""
    if isinstance(clips, MemoryCache) and clips.cause is not None:
        return Check("cache", Level.FAIL, clips.cause.message, clips.cause.recovery)
    try:
        status = clips.status()
    except CacheError as error:
        return Check("cache", Level.FAIL, error.message, error.recovery)
    folder = one_line(str(status.folder), max_chars=300)
    size = (status.bytes + status.phrase_bytes) / 1_000_000
    found = f"{folder}: {status.clips:,} clips, {status.phrases:,} phrases, {size:,.1f} MB"
    if status.damaged:
        mend = "Run `recalliq cache verify`; what is damaged is rendered again."
        return Check("cache", Level.WARN, f"{found}, {status.damaged:,} damaged", mend)
    return Check("cache", Level.OK, found)


async def check_device(player: Player, *, preference: str) -> Check:
    """Open the sound device as the program would, and give it back."""
    try:
        state = await asyncio.to_thread(player.open)
        seen = player.state
    finally:
        await asyncio.to_thread(player.close)
    if preference == "null":
        mend = 'Set audio.sink = "auto" to hear something.'
        return Check("sound device", Level.WARN, "silent by the setting audio.sink", mend)
    if state is DeviceState.READY:
        return Check("sound device", Level.OK, f"{one_line(seen.label)} opens")
    return Check(
        "sound device", Level.WARN, one_line(f"no audio device: {seen.message}"), _NO_DEVICE
    )


def check_portaudio(*, device_opens: bool) -> Check:
    """Say whether the second way to a sound device is installed. Blocks."""
    try:
        import sounddevice  # noqa: PLC0415

        version = sounddevice.get_portaudio_version()[1]
    except (OSError, ImportError) as error:
        found = one_line(f"not installed ({error})")
        mend = "Install PortAudio (Debian: libportaudio2) for a second way to the device."
        level = Level.OK if device_opens else Level.WARN
        return Check("PortAudio", level, found, "" if device_opens else mend)
    return Check("PortAudio", Level.OK, one_line(str(version).split(",", maxsplit=1)[0]))


def check_voice_setting(wishes: VoiceWishes) -> Check:
    """Say which voice speaks where a deck or card has none of its own."""
    try:
        choice = choose_voice(wishes)
    except SpeechError as error:
        mend = "Write voice.name as provider:voice, or leave it out."
        return Check("voice", Level.FAIL, error.message, mend)
    if choice.ref.provider != ESPEAK:
        found = one_line(f"{choice.ref}: the provider {choice.ref.provider} is not set up")
        mend = "Leave voice.name and RECALLIQ_VOICE empty to use the local voice."
        return Check("voice", Level.WARN, found, mend)
    found = f"{one_line(str(choice.ref))} (chosen by {choice.source.value})"
    return Check("voice", Level.OK, found)


async def check_engine(provider: Provider, *, wpm: int | None) -> Check:
    """Let the local voice say a word in its own process and decode what comes."""
    spec = spec_for("ready", voice=LOCAL_VOICE, lang="en", wpm=wpm)
    started = time.monotonic()
    try:
        rendered = await provider.render(spec)
        spoken = (time.monotonic() - started) * 1000
        pcm = await asyncio.to_thread(decode, rendered.audio)
    except SpeechError as error:
        mend = "Install recalliq again (it brings eSpeak NG); the text is shown meanwhile."
        return Check("voice engine", Level.FAIL, error.message, mend)
    except DecodeError as error:
        return Check("voice engine", Level.FAIL, error.message, error.recovery)
    finally:
        await provider.aclose()
    found = f"eSpeak NG said a word of {pcm.duration_ms} ms in {spoken:.0f} ms"
    return Check("voice engine", Level.OK, found)
