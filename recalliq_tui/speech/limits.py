"""How much is asked of an account at once: by all who use it, live speech before rendering."""

from __future__ import annotations

import asyncio
import heapq
import time
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from enum import IntEnum
from functools import partial
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

WINDOW: Final = 1.0
"""Seconds in which no more than ``starts`` requests begin."""
MARGIN: Final = 0.01
"""Seconds on top of the window, for clocks that differ."""
TRAVEL: Final = 0.06
"""Seconds that a request may be on its way; less when its answer shows that it has arrived."""


class Lane(IntEnum):
    """Who goes first: the lower number."""

    LIVE = 0
    RENDER = 1


class Slot:
    """One request's place. Call :meth:`started` when it goes out on the wire, and
    :meth:`answered` when something comes back.

    What is limited are starts as the provider sees them. Until a request has been sent it counts
    as starting now, and until it is answered as arriving now, for :data:`TRAVEL` seconds at most:
    a slow connection must not let the requests behind it arrive too close together.
    """

    __slots__ = ("_arrived", "_clock", "_sent")

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._sent: float | None = None
        self._arrived: float | None = None

    def started(self) -> None:
        """Say that the request is being sent. Only the first call counts."""
        if self._sent is None:
            self._sent = self._clock()

    def answered(self) -> None:
        """Say that the provider has the request. Only the first call counts."""
        self.started()
        if self._arrived is None:
            self._arrived = self.latest_start()

    def latest_start(self) -> float:
        """Return the latest time at which the provider can have seen this request start."""
        if self._arrived is not None:
            return self._arrived
        now = self._clock()
        return now if self._sent is None else min(now, self._sent + TRAVEL)


@dataclass(order=True, slots=True)
class _Waiter:
    lane: Lane
    number: int
    granted: asyncio.Future[Slot] = field(compare=False)


class AccountLimits:
    """At most ``in_flight`` requests at once and ``starts`` begun in any sliding second.

    Belongs to one event loop. ``clock`` gives seconds that never go back; ``sleep`` waits on the
    same clock.
    """

    def __init__(
        self,
        *,
        in_flight: int = 2,
        starts: int = 4,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
        margin: float = MARGIN,
    ) -> None:
        if in_flight < 1 or starts < 1:
            raise ValueError("at least one request must be allowed")
        self._in_flight = in_flight
        self._starts = starts
        self._clock = clock
        self._sleep = sleep
        self._span = WINDOW + margin
        self._waiting: list[_Waiter] = []
        self._held: set[Slot] = set()
        self._begun: list[Slot] = []
        self._number = 0
        self._timer: asyncio.Task[None] | None = None

    @property
    def busy(self) -> int:
        """Requests under way."""
        return len(self._held)

    @asynccontextmanager
    async def slot(self, lane: Lane) -> AsyncIterator[Slot]:
        """Wait for a place in ``lane``; it is free again at the end of the block."""
        slot = await self._acquire(lane)
        try:
            yield slot
        finally:
            self._release(slot)

    async def _acquire(self, lane: Lane) -> Slot:
        self._number += 1
        waiter = _Waiter(lane, self._number, asyncio.get_running_loop().create_future())
        heapq.heappush(self._waiting, waiter)
        self._grant()
        try:
            return await waiter.granted
        except asyncio.CancelledError:
            if waiter.granted.done() and not waiter.granted.cancelled():
                self._give_back(waiter.granted.result())
            else:
                waiter.granted.cancel()
                self._grant()
            raise

    def _release(self, slot: Slot) -> None:
        self._held.discard(slot)
        # A request that never went out is over now, at the latest.
        slot.answered()
        self._grant()

    def _give_back(self, slot: Slot) -> None:
        """Take back a place that nobody used."""
        self._held.discard(slot)
        self._begun.remove(slot)
        self._grant()

    def _grant(self) -> None:
        """Let go whoever may go now; for the next one set a timer."""
        while self._waiting:
            if self._waiting[0].granted.done():
                heapq.heappop(self._waiting)
                continue
            if len(self._held) >= self._in_flight:
                return
            wait = self._until_free()
            if wait > 0:
                self._wake_after(wait)
                return
            slot = Slot(self._clock)
            self._held.add(slot)
            self._begun.append(slot)
            heapq.heappop(self._waiting).granted.set_result(slot)

    def _until_free(self) -> float:
        """Return the seconds until one more request may start."""
        now = self._clock()
        self._begun = [slot for slot in self._begun if slot.latest_start() + self._span > now]
        ends = sorted(slot.latest_start() + self._span for slot in self._begun)
        if len(ends) < self._starts:
            return 0.0
        return ends[len(ends) - self._starts] - now

    def _wake_after(self, seconds: float) -> None:
        if self._timer is None or self._timer.done():
            self._timer = asyncio.get_running_loop().create_task(
                self._wake(seconds), name="speech limits"
            )

    async def _wake(self, seconds: float) -> None:
        await self._sleep(seconds)
        self._timer = None
        self._grant()


class Limits:
    """The limits of every account in use. An account is a provider and its key's fingerprint."""

    def __init__(
        self,
        *,
        in_flight: int = 2,
        starts: int = 4,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self._make = partial(
            AccountLimits, in_flight=in_flight, starts=starts, clock=clock, sleep=sleep
        )
        self._accounts: dict[tuple[str, int], AccountLimits] = {}

    def of(self, provider: str, account: object = "") -> AccountLimits:
        """Return the limits that all who use this account share."""
        name = (provider, hash(account))
        if name not in self._accounts:
            self._accounts[name] = self._make()
        return self._accounts[name]
