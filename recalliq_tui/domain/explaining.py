"""The one table of explanations: what happened to the voice, what still works, what to do."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from recalliq_tui.domain.voice import FREE, VoiceState, parse_voice
from recalliq_tui.textsafe import one_line

if TYPE_CHECKING:
    from recalliq_tui.domain.voice import VoiceHealth


@dataclass(frozen=True, slots=True)
class Explanation:
    """A state in words. ``said`` are the provider's own words, clean, or empty.

    ``by_key`` says that asking to check again may mend it; checking costs nothing.
    """

    happened: str
    works: str
    todo: str
    said: str = ""
    by_key: bool = False


NOTHING_TO_DO: Final = "Nothing."
_CACHED: Final = "Clips that are cached go on playing, and studying goes on."
_LIVE: Final = "Cached clips play, and what has no clip yet can be spoken."

_TABLE: Final = {
    VoiceState.CHECKING: Explanation(
        "The voice is being started; this costs nothing.", _CACHED, NOTHING_TO_DO
    ),
    VoiceState.READY: Explanation(
        "The voice can speak.",
        _LIVE,
        "recalliq budget shows what it has cost so far.",
    ),
    VoiceState.OFFLINE_VOICE: Explanation(
        "The voice you chose can't speak now; the local voice stands in for it.",
        _LIVE,
        'Set voice.fallback = "text" to read rather than hear another voice.',
    ),
    VoiceState.RATE_LIMITED: Explanation(
        "The provider was asked too often in a short time.",
        _CACHED,
        "Wait: the voice is asked again by itself.",
    ),
    VoiceState.QUOTA: Explanation(
        "The provider's quota is used up. Nothing is asked of it until then.",
        _CACHED,
        "Wait for the reset, or get more credits there.",
        by_key=True,
    ),
    VoiceState.OFFLINE: Explanation(
        "The provider can't be reached.",
        _CACHED,
        "Check the network. The voice comes back by itself, seconds after it does.",
        by_key=True,
    ),
    VoiceState.NOT_CONFIGURED: Explanation(
        "No voice is set up that can be asked.",
        _CACHED,
        "Set the provider's key, and choose a voice with recalliq voices pin.",
        by_key=True,
    ),
    VoiceState.VOICE_GONE: Explanation(
        "The provider has no such voice any more.",
        _CACHED,
        "Choose another one with recalliq voices list, and pin it.",
        by_key=True,
    ),
    VoiceState.PLAN: Explanation(
        "This voice or format isn't part of your plan.",
        _CACHED,
        "Choose another voice with recalliq voices list, or another plan at the provider.",
        by_key=True,
    ),
    VoiceState.BLOCKED: Explanation(
        "The provider has blocked the account.",
        _CACHED,
        "Free plans are often blocked behind a VPN: leave it, or ask the provider.",
        by_key=True,
    ),
    VoiceState.BUDGET: Explanation(
        "Your own budget for the month doesn't hold more; nothing was sent.",
        _CACHED,
        "Raise budget.monthly_characters, or wait for the next month. recalliq budget shows where"
        " it went.",
    ),
    VoiceState.FAILED: Explanation(
        "The voice fails, and the fault isn't yours.",
        _CACHED,
        "Wait: it is checked again by itself. recalliq doctor says more.",
        by_key=True,
    ),
}

_LOCAL: Final = {
    VoiceState.READY: Explanation(
        "The local voice can speak. It is on this machine and costs nothing.",
        "What is missing is rendered by itself.",
        NOTHING_TO_DO,
    ),
    VoiceState.FAILED: Explanation(
        "The local voice fails.",
        _CACHED,
        "Run recalliq doctor to see why; each new card tries again.",
    ),
}


def explain(health: VoiceHealth) -> Explanation:
    """Explain a voice's state. Nothing is left open: each state says what to do."""
    entry = _TABLE[health.state]
    if _is_local(health.voice):
        entry = _LOCAL.get(health.state, entry)
    said = "" if health.state is VoiceState.READY else one_line(health.message)
    return replace(entry, said=said)


def _is_local(voice: str) -> bool:
    """Whether a voice is on this machine; one that isn't written as a voice is its name."""
    ref = parse_voice(voice)
    return ref is None or ref.provider in FREE
