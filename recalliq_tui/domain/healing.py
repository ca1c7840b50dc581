"""What an event does to a voice's health: health and event and time go in, health comes out.

Two promises hold for every order of events. A used-up quota is never asked again: only its reset
time, a key, another account or a text that fits what is left open the way, and the first two
through a probe that costs nothing. And every state is left again: by itself where time or the
network heal it, else by a key or a change of settings.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final, assert_never

from recalliq_tui.domain.health import (
    OF_A_VOICE,
    TIMED,
    Changed,
    Event,
    Failed,
    Health,
    Passed,
    Pressed,
    Probed,
    Worked,
    starting,
)
from recalliq_tui.domain.voice import SpeechCode, VoiceState

OFFLINE_WAIT: Final = (0.5, 5.0)
"""First and longest wait, seconds, between two probes of a network that is away."""
RATE_WAIT: Final = (2.0, 60.0)
"""The same after a rate limit without a time of its own."""
FAILED_WAIT: Final = (3.0, 60.0)
"""The same between two probes of a provider that fails."""
_STALE_RESET: Final = timedelta(minutes=5)
"""Wait after a reset time that has passed here but not there: clocks differ."""


def step(health: Health, event: Event, now: datetime, *, jitter: float = 1.0) -> Health:
    """Return the health after an event. ``jitter`` from 0 to 1 spreads the waits."""
    match event:
        case Worked():
            return _worked(health, event)
        case Failed():
            return _failed(health, event, now, jitter)
        case Passed():
            return _passed(health, now)
        case Probed():
            return _probed(health, event, now, jitter)
        case Pressed():
            return _pressed(health, now)
        case Changed():
            return _changed(health, event, now)
        case _:
            assert_never(event)


_STICKY: Final = frozenset(
    {VoiceState.NOT_CONFIGURED, VoiceState.VOICE_GONE, VoiceState.PLAN, VoiceState.BLOCKED}
)
"""Only a key or a change of settings mends these."""
_PASSING: Final = frozenset(
    {SpeechCode.RATE_LIMITED, SpeechCode.NETWORK_ERROR, SpeechCode.PROVIDER_ERROR}
)


def _ready(health: Health, *, strikes: int = 0) -> Health:
    return Health(VoiceState.READY, health.voice, strikes=strikes)


def _checking(health: Health, now: datetime) -> Health:
    """Closed until a probe has been answered."""
    return replace(
        health,
        state=VoiceState.CHECKING,
        until=None,
        probe_at=now,
        left=None,
        closed=True,
    )


def _wait(health: Health, bounds: tuple[float, float], jitter: float) -> timedelta:
    """Return the wait after this many strikes: doubled each time, bounded, spread by half."""
    first, longest = bounds
    seconds = min(first * 2 ** min(health.strikes, 16), longest)
    return timedelta(seconds=seconds * (0.5 + 0.5 * jitter))


def _worked(health: Health, event: Worked) -> Health:
    if health.closed:
        return health
    match health.state:
        case VoiceState.QUOTA:
            # What is left got less; a long text still doesn't fit.
            left = None if health.left is None else max(0.0, health.left - event.credits)
            return replace(health, left=left)
        case VoiceState.BUDGET:
            left = None if health.left is None else max(0.0, health.left - event.characters)
            return _ready(health) if left is None else replace(health, left=left)
        case VoiceState.VOICE_GONE | VoiceState.PLAN if event.voice != health.about:
            return health
        case _:
            return _ready(health)


def _failed(health: Health, event: Failed, now: datetime, jitter: float) -> Health:
    code, state = event.code, health.state
    if event.probe:
        health = replace(health, probe_at=None)
    if code is SpeechCode.BAD_INPUT:
        return health
    if state in _STICKY and code in _PASSING:
        return health
    if state is VoiceState.QUOTA and code not in _OVER_QUOTA:
        return health
    new = Health(
        voice=health.voice,
        about=event.voice,
        message=event.message,
        strikes=health.strikes + 1,
        closed=health.closed or state is VoiceState.QUOTA,
    )
    later = event.retry_at if event.retry_at is not None and event.retry_at > now else None
    match code:
        case SpeechCode.QUOTA_EXCEEDED:
            # Where the account can be read, it tells the reset time for nothing.
            until = later or (health.until if state is VoiceState.QUOTA else None)
            probe_at = now if until is None and not event.probe else None
            return replace(
                new,
                state=VoiceState.QUOTA,
                until=until,
                left=event.left,
                probe_at=probe_at,
                closed=False,
            )
        case SpeechCode.RATE_LIMITED:
            until = later or now + _wait(health, RATE_WAIT, jitter)
            return replace(new, state=VoiceState.RATE_LIMITED, until=until)
        case SpeechCode.NETWORK_ERROR:
            probe_at = now + _wait(health, OFFLINE_WAIT, jitter)
            return replace(new, state=VoiceState.OFFLINE, probe_at=probe_at)
        case SpeechCode.PROVIDER_ERROR:
            probe_at = max(later or now, now + _wait(health, FAILED_WAIT, jitter))
            return replace(new, state=VoiceState.FAILED, until=probe_at, probe_at=probe_at)
        case SpeechCode.BUDGET_REACHED:
            return replace(new, state=VoiceState.BUDGET, until=later, left=event.left, strikes=0)
        case SpeechCode.NOT_CONFIGURED:
            return replace(new, state=VoiceState.NOT_CONFIGURED)
        case SpeechCode.VOICE_UNAVAILABLE:
            return replace(new, state=VoiceState.VOICE_GONE)
        case SpeechCode.PLAN_REQUIRED:
            return replace(new, state=VoiceState.PLAN)
        case SpeechCode.ACCOUNT_BLOCKED:
            return replace(new, state=VoiceState.BLOCKED)
        case _:
            assert_never(code)


_OVER_QUOTA: Final = frozenset(
    {SpeechCode.QUOTA_EXCEEDED, SpeechCode.NOT_CONFIGURED, SpeechCode.ACCOUNT_BLOCKED}
)
"""Failures that change a used-up quota: the others would open it before its time."""


def _passed(health: Health, now: datetime) -> Health:
    if health.until is None or now < health.until or health.state not in TIMED:
        return health
    if health.state is VoiceState.QUOTA or health.closed:
        return _checking(health, now)
    return _ready(health, strikes=health.strikes)


def _probed(health: Health, event: Probed, now: datetime, jitter: float) -> Health:
    known = None
    if event.left is not None and event.resets_at is not None:
        known = event.resets_at if event.resets_at > now else now + _STALE_RESET
    match health.state:
        case VoiceState.QUOTA:
            # An answer that nobody waited for tells more, but opens nothing.
            left = health.left
            if left is not None and event.left is not None:
                left = min(left, event.left)
            return replace(health, probe_at=None, until=health.until or known, left=left)
        case VoiceState.CHECKING | VoiceState.OFFLINE | VoiceState.FAILED:
            if not event.reachable:
                return replace(
                    health,
                    state=VoiceState.OFFLINE,
                    until=None,
                    probe_at=now + _wait(health, OFFLINE_WAIT, jitter),
                    strikes=health.strikes + 1,
                )
            if event.left is not None and event.left <= 0:
                return Health(
                    VoiceState.QUOTA,
                    health.voice,
                    until=known,
                    message=health.message,
                    left=0.0,
                    strikes=health.strikes,
                )
            return _ready(health, strikes=health.strikes)
        case _:
            return replace(health, probe_at=None)


def _pressed(health: Health, now: datetime) -> Health:
    match health.state:
        case VoiceState.READY | VoiceState.OFFLINE_VOICE | VoiceState.RATE_LIMITED:
            return health
        case VoiceState.CHECKING | VoiceState.OFFLINE | VoiceState.FAILED:
            return replace(health, probe_at=now)
        case VoiceState.BUDGET:
            return _checking(health, now) if health.closed else _ready(health)
        case (
            VoiceState.QUOTA
            | VoiceState.NOT_CONFIGURED
            | VoiceState.VOICE_GONE
            | VoiceState.PLAN
            | VoiceState.BLOCKED
        ):
            return _checking(health, now)
        case _:
            assert_never(health.state)


def _changed(health: Health, event: Changed, now: datetime) -> Health:
    if not event.same_account:
        return starting(event.voice, now)
    renamed = replace(health, voice=event.voice)
    if health.state in {VoiceState.NOT_CONFIGURED, *OF_A_VOICE}:
        return renamed if event.voice == health.about else _checking(renamed, now)
    return renamed
