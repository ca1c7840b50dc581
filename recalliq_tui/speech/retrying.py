"""What is tried again, how often and after how long: one table, and the provider that obeys it."""

from __future__ import annotations

import asyncio
import logging
from contextlib import aclosing
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from recalliq_tui.domain.voice import SpeechCode
from recalliq_tui.speech.codes import CONCURRENCY_CODES, Reason
from recalliq_tui.speech.errors import SpeechError
from recalliq_tui.speech.protocol import Receipt, SpeechStream

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
    from datetime import datetime

    from recalliq_tui.domain.clips import ClipSpec
    from recalliq_tui.speech.protocol import Account, Provider, Rendered, VoiceInfo

_LOG: Final = logging.getLogger(__name__)


class Purpose(StrEnum):
    """Somebody waits for live speech; rendering has time."""

    LIVE = "live"
    RENDER = "render"


@dataclass(frozen=True, slots=True)
class Recovery:
    """How one kind of failure is met: tries in all, and the seconds of the first wait."""

    live: int
    render: int
    first_wait: float = 0.0

    def tries(self, purpose: Purpose) -> int:
        return self.live if purpose is Purpose.LIVE else self.render


NEVER: Final = Recovery(live=1, render=1)

RECOVERIES: Final[Mapping[SpeechCode, Recovery]] = {
    SpeechCode.NOT_CONFIGURED: NEVER,
    SpeechCode.QUOTA_EXCEEDED: NEVER,
    SpeechCode.RATE_LIMITED: Recovery(live=2, render=5, first_wait=1.0),
    SpeechCode.NETWORK_ERROR: Recovery(live=2, render=5, first_wait=0.5),
    SpeechCode.PROVIDER_ERROR: Recovery(live=2, render=5, first_wait=0.5),
    SpeechCode.VOICE_UNAVAILABLE: NEVER,
    SpeechCode.PLAN_REQUIRED: NEVER,
    SpeechCode.ACCOUNT_BLOCKED: NEVER,
    SpeechCode.BAD_INPUT: NEVER,
    SpeechCode.BUDGET_REACHED: NEVER,
}
"""One row for each code; a new code can't be forgotten, a test says so."""

REASONS: Final[Mapping[str, Recovery]] = {
    Reason.NO_AUDIO: Recovery(live=2, render=2),
    Reason.NOT_AUDIO: Recovery(live=2, render=2),
    Reason.CLOSED: NEVER,
    **dict.fromkeys(CONCURRENCY_CODES, Recovery(live=2, render=5, first_wait=0.25)),
}
"""Finer words that beat their code's row."""

PATIENCE: Final[Mapping[Purpose, float]] = {Purpose.LIVE: 2.0, Purpose.RENDER: 60.0}
"""Longest wait in seconds; who must wait longer is told so instead."""
_DOUBLINGS: Final = 8
_FIRST_SERVER_FAULT: Final = 500


def recovery_of(error: SpeechError) -> Recovery:
    """Return the row for an error; what has begun to arrive is never asked for again."""
    if error.received > 0:
        return NEVER
    row = REASONS.get(error.reason or "") or RECOVERIES[error.code]
    refused = error.status is not None and 300 <= error.status < _FIRST_SERVER_FAULT  # noqa: PLR2004
    if error.code is SpeechCode.PROVIDER_ERROR and refused:
        return NEVER
    return row


def wait_before(
    error: SpeechError, tries: int, *, purpose: Purpose, now: datetime, jitter: float
) -> float | None:
    """Return the seconds to wait after ``tries`` failed tries, ``None`` to give up.

    ``jitter`` from 0 to 1 spreads the wait over its upper half, so that many clients don't come
    back at once. A time that the provider names is never undercut.
    """
    row = recovery_of(error)
    if tries >= row.tries(purpose):
        return None
    backoff = row.first_wait * 2.0 ** min(tries - 1, _DOUBLINGS) * (0.5 + jitter / 2)
    named = (error.retry_at - now).total_seconds() if error.retry_at is not None else 0.0
    if named > PATIENCE[purpose]:
        return None
    return max(named, min(backoff, PATIENCE[purpose]))


class RetryingProvider:
    """Any provider, with the table's patience. ``jitter`` gives numbers from 0 to 1.

    Put a meter inside, not outside: each try is a request of its own, and may be a charge.
    """

    def __init__(
        self,
        inner: Provider,
        *,
        jitter: Callable[[], float],
        now: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self.inner = inner
        self.name = inner.name
        self._jitter = jitter
        self._now = now
        self._sleep = sleep

    async def render(self, spec: ClipSpec, *, urgent: bool = False) -> Rendered:
        purpose = Purpose.LIVE if urgent else Purpose.RENDER
        tries = 0
        while True:
            tries += 1
            try:
                return await self.inner.render(spec, urgent=urgent)
            except SpeechError as error:
                await self._wait_or_raise(error, tries, purpose)

    def stream(self, spec: ClipSpec) -> SpeechStream:
        receipt = Receipt()
        return SpeechStream(self._stream(spec, receipt), receipt)

    async def _stream(self, spec: ClipSpec, receipt: Receipt) -> AsyncGenerator[bytes]:
        while True:
            receipt.tries += 1
            heard = 0
            inner = self.inner.stream(spec)
            try:
                async with aclosing(inner) as pieces:
                    async for piece in pieces:
                        if heard == 0:
                            _copy(inner, receipt)
                        heard += len(piece)
                        yield piece
            except SpeechError as error:
                error.received = max(error.received, heard)
                await self._wait_or_raise(error, receipt.tries, Purpose.LIVE)
            else:
                _copy(inner, receipt)
                return

    async def _wait_or_raise(self, error: SpeechError, tries: int, purpose: Purpose) -> None:
        wait = wait_before(
            error,
            tries,
            purpose=purpose,
            now=self._now(),
            jitter=min(1.0, max(0.0, self._jitter())),
        )
        if wait is None:
            raise error
        _LOG.info("%s, try %d after %.2f s: %s", self.name, tries + 1, wait, error)
        if wait > 0:
            await self._sleep(wait)

    async def voices(self) -> Sequence[VoiceInfo]:
        return await self.inner.voices()

    async def account(self) -> Account | None:
        return await self.inner.account()

    async def aclose(self) -> None:
        await self.inner.aclose()


def _copy(inner: object, receipt: Receipt) -> None:
    """Pass on what the inner stream's receipt says."""
    theirs = getattr(inner, "receipt", None)
    if isinstance(theirs, Receipt):
        receipt.credits, receipt.request_id = theirs.credits, theirs.request_id
