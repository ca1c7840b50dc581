"""How one provider's voice is doing, what may happen to it, and what it allows.

:func:`recalliq_tui.domain.healing.step` takes a health through an event.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final, TypeAlias, assert_never

from recalliq_tui.domain.voice import SpeechCode, VoiceHealth, VoiceState

TIMED: Final = frozenset({VoiceState.QUOTA, VoiceState.RATE_LIMITED, VoiceState.BUDGET})
"""States that a time may end."""
OF_A_VOICE: Final = frozenset({VoiceState.VOICE_GONE, VoiceState.PLAN})
"""States that shut one voice only."""


@dataclass(frozen=True, slots=True)
class Health:
    """How one provider is doing.

    ``voice`` is the voice in use, ``about`` the one that a failure is about. ``until`` (UTC) is
    when the state may end, ``probe_at`` when to probe next. ``message`` holds the provider's own
    words, clean. ``left`` are the credits (quota) or characters (budget) that still fit.
    ``strikes`` counts failures in a row. ``closed`` says that nothing may be asked
    before a probe.
    """

    state: VoiceState = VoiceState.CHECKING
    voice: str = ""
    about: str = ""
    until: datetime | None = None
    probe_at: datetime | None = None
    message: str = ""
    left: float | None = None
    strikes: int = 0
    closed: bool = False


@dataclass(frozen=True, slots=True)
class Worked:
    """A call gave sound. ``credits`` and ``characters`` are what it took."""

    voice: str = ""
    characters: int = 0
    credits: float = 0.0


@dataclass(frozen=True, slots=True)
class Failed:
    """A call failed, or a ``probe`` found out why calls would.

    ``left`` are the credits or characters that remain, where that was said.
    """

    code: SpeechCode
    message: str = ""
    retry_at: datetime | None = None
    voice: str = ""
    left: float | None = None
    probe: bool = False


@dataclass(frozen=True, slots=True)
class Passed:
    """Time passed."""


@dataclass(frozen=True, slots=True)
class Probed:
    """A probe was answered, or not. ``left`` are the account's credits where they can be read."""

    reachable: bool
    left: float | None = None
    resets_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Pressed:
    """The learner asked to try again."""


@dataclass(frozen=True, slots=True)
class Changed:
    """Another voice, or another account (a new key, address or provider)."""

    voice: str
    same_account: bool = True


Event: TypeAlias = Worked | Failed | Passed | Probed | Pressed | Changed


def starting(voice: str, now: datetime) -> Health:
    """Return the health of a voice of which nothing is known: it may speak, and is probed."""
    return Health(voice=voice, probe_at=now)


def allows(
    health: Health,
    *,
    voice: str = "",
    characters: int = 0,
    credits: float | None = None,  # noqa: A002  (the field's name)
) -> bool:
    """Whether a call may be made now, for a text of so many characters and credits."""
    if health.closed:
        return False
    match health.state:
        case VoiceState.READY | VoiceState.OFFLINE_VOICE | VoiceState.CHECKING:
            return True
        case VoiceState.QUOTA:
            return credits is not None and health.left is not None and credits <= health.left
        case VoiceState.BUDGET:
            # The ledger refuses by itself, without a request.
            return health.left is None or characters <= health.left
        case VoiceState.VOICE_GONE | VoiceState.PLAN:
            return bool(voice) and voice != health.about
        case (
            VoiceState.RATE_LIMITED
            | VoiceState.OFFLINE
            | VoiceState.NOT_CONFIGURED
            | VoiceState.BLOCKED
            | VoiceState.FAILED
        ):
            return False
        case _:
            assert_never(health.state)


def refusal(health: Health) -> SpeechCode:
    """Return the code with which a call is refused that :func:`allows` doesn't allow."""
    return _CODES.get(health.state, SpeechCode.RATE_LIMITED)


def wake_at(health: Health) -> datetime | None:
    """Return when something is to be done by itself: time to pass, or a probe."""
    timed = health.until if health.state in TIMED else None
    moments = [moment for moment in (timed, health.probe_at) if moment is not None]
    return min(moments, default=None)


def shown(health: Health) -> VoiceHealth:
    """Return what screens show."""
    about = health.state in OF_A_VOICE or not health.voice
    voice = health.about if about and health.about else health.voice
    return VoiceHealth(health.state, voice, health.until, health.message)


_CODES: Final = {
    VoiceState.QUOTA: SpeechCode.QUOTA_EXCEEDED,
    VoiceState.OFFLINE: SpeechCode.NETWORK_ERROR,
    VoiceState.NOT_CONFIGURED: SpeechCode.NOT_CONFIGURED,
    VoiceState.VOICE_GONE: SpeechCode.VOICE_UNAVAILABLE,
    VoiceState.PLAN: SpeechCode.PLAN_REQUIRED,
    VoiceState.BLOCKED: SpeechCode.ACCOUNT_BLOCKED,
    VoiceState.BUDGET: SpeechCode.BUDGET_REACHED,
    VoiceState.FAILED: SpeechCode.PROVIDER_ERROR,
}


# What outlives the program


def to_json(health: Health) -> str:
    """Return what :func:`restored` reads."""
    body: dict[str, Any] = asdict(health) | {"state": health.state.value}
    for name in ("until", "probe_at"):
        moment = body[name]
        body[name] = None if moment is None else moment.isoformat()
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


_LASTING: Final = frozenset(
    {VoiceState.QUOTA, VoiceState.RATE_LIMITED, VoiceState.VOICE_GONE, VoiceState.PLAN,
     VoiceState.BLOCKED}
)  # fmt: skip
"""What a new start doesn't heal. The rest is found out again, for nothing."""


def restored(text: str | None, *, voice: str, now: datetime) -> Health:
    """Return the health that was kept, as far as it still means something for ``voice``.

    Text that can't be read is no health. The account must be the one it was kept for.
    """
    fresh = starting(voice, now)
    try:
        body = json.loads(text or "{}")
        state = VoiceState(body["state"])
        until = None if body["until"] is None else datetime.fromisoformat(body["until"])
        left = None if body["left"] is None else float(body["left"])
        kept = Health(
            state=state,
            voice=voice,
            about=str(body["about"]),
            until=until,
            message=str(body["message"]),
            left=left,
            strikes=int(body["strikes"]),
            closed=bool(body["closed"]),
        )
        _ = until is None or until < now
    except (KeyError, TypeError, ValueError):
        return fresh
    if state not in _LASTING or (state in OF_A_VOICE and kept.about != voice):
        return fresh if not kept.closed else Health(voice=voice, probe_at=now, closed=True)
    return kept
