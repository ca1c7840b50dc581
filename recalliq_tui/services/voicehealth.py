"""Keeps each provider's health: hears of calls, probes, lets time pass, tells the board.

Everything here runs on the event loop and waits for nothing but probes.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Final, Protocol

from recalliq_tui.domain.healing import step
from recalliq_tui.domain.health import (
    Changed,
    Failed,
    Health,
    Passed,
    Pressed,
    Probed,
    Worked,
    allows,
    refusal,
    restored,
    shown,
    starting,
    to_json,
    wake_at,
)
from recalliq_tui.domain.voice import FREE, SpeechCode, VoiceState
from recalliq_tui.speech.errors import SpeechError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping
    from datetime import datetime

    from recalliq_tui.domain.clips import ClipSpec
    from recalliq_tui.domain.health import Event
    from recalliq_tui.domain.pricing import PriceList
    from recalliq_tui.domain.voice import VoiceHealth, VoiceRef
    from recalliq_tui.services.board import Board

_LOG: Final = logging.getLogger(__name__)
LONGEST_SLEEP: Final = 1.0
"""Seconds: a timer doesn't count while the machine sleeps, so the clock is looked at this often
while something is awaited."""
_LESS: Final = 0.5
"""Credits by which a text must be cheaper than one that was refused: one character's."""
_GOOD: Final = frozenset({VoiceState.READY, VoiceState.CHECKING})


class Memory(Protocol):
    """Small values that outlive the program; neither call raises."""

    def remember(self, name: str, value: str) -> None: ...

    async def recall(self, name: str) -> str | None: ...


class Cancellable(Protocol):
    """A timer that can be stopped."""

    def cancel(self) -> None: ...


class HealthKeeper:
    """The health of the voices in use. One for each program; made and used on its loop.

    ``probe`` is asked with a provider's name. ``jitter`` gives numbers from 0 to 1.
    ``accounts`` are fingerprints of each provider's key and address (never the key itself): what
    is kept about one account says nothing about another. ``later`` calls after seconds; the
    loop's own timers where it isn't given.
    """

    def __init__(
        self,
        board: Board,
        *,
        voice: VoiceRef,
        probe: Callable[[str], Awaitable[Event]],
        memory: Memory,
        prices: PriceList,
        now: Callable[[], datetime],
        jitter: Callable[[], float],
        accounts: Mapping[str, str] | None = None,
        later: Callable[[float, Callable[[], None]], Cancellable] | None = None,
    ) -> None:
        self._board = board
        self._voice = voice
        self._probe = probe
        self._memory = memory
        self._prices = prices
        self._now = now
        self._jitter = jitter
        self._accounts = dict(accounts or {})
        self._healths = {voice.provider: Health(voice=_name(voice))}
        self._probing: dict[str, asyncio.Task[None]] = {}
        self._later = later
        self._timer: Cancellable | None = None
        self._closed = False

    @property
    def main(self) -> Health:
        """The health of the voice in use."""
        return self._of(self._voice.provider)

    def health(self, provider: str) -> Health:
        return self._of(provider)

    async def start(self) -> None:
        """Take up what was kept, probe what isn't known of the voice in use, and show it."""
        main = self._voice.provider
        for name in (main, *(each for each in self._accounts if each != main)):
            before = self._healths.get(name)
            kept = None if name in FREE else await self._memory.recall(self._key(name))
            if self._healths.get(name) is not before:  # a call was quicker
                continue
            if name == main:
                self._healths[name] = restored(kept, voice=_name(self._voice), now=self._now())
            elif kept is not None:
                health = restored(kept, voice="", now=self._now())
                if health.state is not VoiceState.CHECKING:  # else a call will tell
                    self._healths[name] = health
        self._look()

    async def settle(self) -> None:
        """Wait until the probes that are under way have been answered."""
        await asyncio.gather(*self._probing.values(), return_exceptions=True)

    async def close(self) -> None:
        """Stop timers and probes."""
        self._closed = True
        if self._timer is not None:
            self._timer.cancel()
        probes = tuple(self._probing.values())
        for task in probes:
            task.cancel()
        await asyncio.gather(*probes, return_exceptions=True)

    # What a metered provider asks and tells

    def check(self, spec: ClipSpec) -> None:
        """Raise :class:`SpeechError` where the voice of ``spec`` may not be asked now."""
        self._look()  # a time that has passed this moment counts
        health = self._of(spec.provider)
        characters = len(spec.text)
        credits_ = self._prices.credits(spec.provider, spec.model, characters)
        if allows(health, voice=_name(spec), characters=characters, credits=credits_):
            return
        raise SpeechError(
            refusal(health),
            health.message or "the voice is being checked",
            retry_at=health.until or health.probe_at,
        )

    def worked(self, spec: ClipSpec, credits: float | None = None) -> None:  # noqa: A002
        characters = len(spec.text)
        if credits is None:
            credits = self._prices.credits(spec.provider, spec.model, characters)  # noqa: A001
        self._take(spec.provider, Worked(_name(spec), characters, credits or 0.0))

    def failed(self, spec: ClipSpec, error: SpeechError) -> None:
        self._take(
            spec.provider,
            Failed(
                error.code,
                error.message,
                error.retry_at,
                voice=_name(spec),
                left=self._left(spec, error),
            ),
        )

    def _left(self, spec: ClipSpec, error: SpeechError) -> float | None:
        """Say what an error leaves, measured as :meth:`check` will: this text never fits again.

        A provider may count more credits for a voice than the price list does.
        """
        if error.remaining is None or error.code is not SpeechCode.QUOTA_EXCEEDED:
            return error.remaining
        own = self._prices.credits(spec.provider, spec.model, len(spec.text))
        if own is None:
            return None
        left = error.remaining * own / error.required if error.required else error.remaining
        return max(0.0, min(left, own - _LESS))

    # What the learner does

    def pressed(self) -> None:
        """The learner asked to try again: what waits for a key is probed now."""
        for provider in tuple(self._healths):
            self._take(provider, Pressed())

    def changed(self, voice: VoiceRef, account: str = "") -> None:
        """Another voice, key or address is in use."""
        same = self._accounts.get(voice.provider, "") == account
        if account:
            self._accounts[voice.provider] = account
        self._voice = voice
        if voice.provider in self._healths:
            self._take(voice.provider, Changed(_name(voice), same_account=same))
        else:
            self._healths[voice.provider] = starting(_name(voice), self._now())
            self._look()

    # How it goes on

    def _of(self, provider: str) -> Health:
        """A provider that was never asked is ready until a call says otherwise."""
        return self._healths.get(provider) or Health(VoiceState.READY)

    def _take(self, provider: str, event: Event) -> None:
        if self._closed:
            return
        before = self._of(provider)
        health = step(before, event, self._now(), jitter=self._jitter())
        self._healths[provider] = health
        if health != before:
            if health.state is not before.state:
                _LOG.info("voice %s: %s after %s", provider, health.state, type(event).__name__)
            self._remember(provider, health)
        self._look()

    def _look(self) -> None:
        """Let due times pass, start due probes, show what is, and set the timer."""
        if self._closed:
            return
        now = self._now()
        for provider, health in tuple(self._healths.items()):
            passed = step(health, Passed(), now, jitter=self._jitter())
            if passed != health:
                self._healths[provider] = passed
                self._remember(provider, passed)
            due = passed.probe_at is not None and passed.probe_at <= now
            if due and provider not in self._probing:
                task = asyncio.get_running_loop().create_task(self._run_probe(provider))
                self._probing[provider] = task
        self._board.update(voice=self._shown())
        self._set_timer(now)

    def _shown(self) -> VoiceHealth:
        """The voice in use; while it does well, another provider's trouble."""
        main = self.main
        if main.state in _GOOD:
            for provider, health in self._healths.items():
                if provider != self._voice.provider and health.state not in _GOOD:
                    return shown(health)
        return shown(main)

    def _set_timer(self, now: datetime) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        waking = [
            moment
            for provider, health in self._healths.items()
            if (moment := wake_at(health)) is not None
            and not (provider in self._probing and moment == health.probe_at)
        ]
        if waking:
            seconds = (min(waking) - now).total_seconds()
            later = self._later or asyncio.get_running_loop().call_later
            self._timer = later(min(max(seconds, 0.0), LONGEST_SLEEP), self._look)

    async def _run_probe(self, provider: str) -> None:
        event: Event = Probed(reachable=False)
        try:
            event = await self._probe(provider)
        except Exception:  # noqa: BLE001  (a worker's edge: the voice must come back anyhow)
            _LOG.exception("the probe of %s failed", provider)
        finally:
            del self._probing[provider]
        self._take(provider, event)

    def _remember(self, provider: str, health: Health) -> None:
        if provider not in FREE:  # the local voice is found out at each start
            self._memory.remember(self._key(provider), to_json(health))

    def _key(self, provider: str) -> str:
        return f"voice_health.{provider}.{self._accounts.get(provider, '')}"


def _name(voice: ClipSpec | VoiceRef) -> str:
    """A voice without its model: one that is gone is gone with every model."""
    return f"{voice.provider}:{voice.voice}"
