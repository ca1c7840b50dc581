"""What the cache says about itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from recalliq_tui.audio.clip import CachedClip, ClipInfo

Progress = Callable[[int, int], None]
"""Called with how many clips are done, and of how many."""

Cancelled = Callable[[], bool]


class ClipState(StrEnum):
    ABSENT = "absent"
    PRESENT = "present"
    DAMAGED = "damaged"


@dataclass(frozen=True, slots=True)
class CacheStatus:
    """Counts, and sizes in bytes. ``folder`` is ``None`` for a cache in memory."""

    clips: int = 0
    bytes: int = 0
    phrases: int = 0
    phrase_bytes: int = 0
    damaged: int = 0
    quarantined: int = 0
    folder: Path | None = None


@dataclass(frozen=True, slots=True)
class VerifyReport:
    """``clips`` is how many were looked at; ``damaged`` and ``missing`` are clip keys."""

    clips: int = 0
    ok: int = 0
    damaged: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    cancelled: bool = False


@dataclass(frozen=True, slots=True)
class PruneReport:
    removed: int = 0
    bytes: int = 0


class Clips(Protocol):
    """A clip cache, on disk or in memory. Thread-safe; its methods block.

    ``put`` raises :class:`~recalliq_tui.audio.errors.CacheError`. Reading never does: what can't
    be read is not there.
    """

    def get(self, key: str) -> CachedClip | None: ...
    def state(self, key: str) -> ClipState: ...
    def present(self, keys: Iterable[str]) -> set[str]: ...
    def pin(self, keys: Iterable[str]) -> set[str]: ...
    def put(self, key: str, audio: bytes, info: ClipInfo, *, pinned: bool = True) -> None: ...
    def others(self, text_sha256: str) -> list[str]: ...
    def status(self) -> CacheStatus: ...
    def verify(
        self, on_progress: Progress | None = None, cancelled: Cancelled | None = None
    ) -> VerifyReport: ...
    def prune(self, keep: set[str]) -> PruneReport: ...
    def close(self) -> None: ...
