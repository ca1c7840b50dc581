"""Requests to the voice process: what waits, in which order, and what comes back."""

from __future__ import annotations

import asyncio
import heapq
from dataclasses import dataclass, field
from enum import IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from recalliq_tui.speech.errors import SpeechError


class Lane(IntEnum):
    """Who is served first: the card that is looked at, before cards that may come."""

    URGENT = 0
    BACKGROUND = 1


@dataclass(slots=True)
class Answer:
    """One frame for the asker."""

    header: dict[str, object]
    body: bytes


@dataclass(slots=True, eq=False)
class Job:
    """One request. ``answers`` ends with an error or with a last frame of ``done``/``voices``."""

    id: int
    header: dict[str, object]
    body: bytes = b""
    answers: asyncio.Queue[Answer | SpeechError] = field(default_factory=asyncio.Queue)
    abandoned: bool = False


class Waiting:
    """Jobs in order: by lane, within a lane first come, first served."""

    def __init__(self) -> None:
        self._heap: list[tuple[Lane, int, Job]] = []

    def __len__(self) -> int:
        return len(self._heap)

    def add(self, job: Job, lane: Lane) -> None:
        heapq.heappush(self._heap, (lane, job.id, job))

    def take(self) -> Job | None:
        """Return the next job that somebody still waits for."""
        while self._heap:
            job = heapq.heappop(self._heap)[2]
            if not job.abandoned:
                return job
        return None
