"""Voice details: what speaks, what doesn't, what still works, what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from textual.content import Content

from recalliq_tui.domain.voice import VoiceState
from recalliq_tui.services.board import CacheState, DeviceState, Status
from recalliq_tui.tui.screens.dialogs import Page
from recalliq_tui.tui.words import voice_words

if TYPE_CHECKING:
    from recalliq_tui.services.runtime import Runtime
    from recalliq_tui.tui.signs import Signs

_DEVICE: Final = {
    DeviceState.CHECKING: "The sound device is being opened.",
    DeviceState.READY: "Sound goes to {label}.",
    DeviceState.NONE: (
        "No sound device was found. Cards stay as text and studying goes on. Connect a device or"
        " start a sound server: it is taken up by itself."
    ),
    DeviceState.LOST: (
        "The sound device went away. Studying goes on; sound comes back by itself when a device"
        " does."
    ),
}
_CACHE: Final = {
    CacheState.CHECKING: "The clip cache is being opened.",
    CacheState.READY: "Clips are kept in {folder} and play without any network.",
    CacheState.READ_ONLY: (
        "The cache folder can't be written. What is rendered now plays until you quit. Make {folder}"
        " writable, or set RECALLIQ_CACHE_DIR."
    ),
    CacheState.FULL: (
        "The disk is full. Clips that are there go on playing; new ones are kept in memory only."
        " Free some space."
    ),
    CacheState.FAILED: (
        "The cache in {folder} can't be used. What is rendered now plays until you quit. Run"
        " recalliq cache verify."
    ),
}


def voice_page(status: Status, signs: Signs, runtime: Runtime) -> Page:
    """The page behind the strip."""
    sign, words = voice_words(status.voice, signs)
    lines = [Content.styled(f"{sign} {words}", "bold"), Content(_voice(status)), Content("")]
    if status.muted:
        lines.append(Content("Muted: press v to hear the cards again."))
    lines.append(Content(_DEVICE[status.device].format(label=status.device_label or "the device")))
    lines.append(Content(_CACHE[status.cache].replace("{folder}", str(runtime.paths.clips_dir))))
    return Page("Voice and sound", Content("\n").join(lines))


def _voice(status: Status) -> str:
    health = status.voice
    match health.state:
        case VoiceState.CHECKING:
            return "The voice is being started."
        case VoiceState.READY:
            return "It renders what is missing by itself; it is on this machine and costs nothing."
        case VoiceState.FAILED:
            return (
                f"The voice engine fails: {health.message}. Clips that are there go on playing."
                " Run recalliq doctor to see why; each new card tries again."
            )
        case _:
            return health.message or "Clips that are there go on playing."
