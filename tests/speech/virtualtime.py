"""Time for tests of waiting: nobody waits, the clock jumps to the next thing that is due."""

from __future__ import annotations

import asyncio
import heapq

SETTLE = 25
"""Turns of the event loop after which everything that can happen now has happened."""


class VirtualTime:
    def __init__(self) -> None:
        self.now = 1000.0
        self._due: list[tuple[float, int, asyncio.Future[None]]] = []
        self._number = 0

    def clock(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self._number += 1
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._due, (self.now + max(0.0, seconds), self._number, future))
        await future

    async def run(self, *tasks: asyncio.Task[object]) -> None:
        """Let time pass until all ``tasks`` are done."""
        while True:
            for _ in range(SETTLE):
                await asyncio.sleep(0)
            if all(task.done() for task in tasks):
                return
            if not self._due:
                raise AssertionError("everybody waits for somebody else")
            at, _, future = heapq.heappop(self._due)
            if not future.done():
                self.now = max(self.now, at)
                future.set_result(None)
