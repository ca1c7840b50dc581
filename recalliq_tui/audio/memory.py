"""A clip cache in memory, for when the folder can't be used: what is rendered still plays."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import TYPE_CHECKING, Final

from recalliq_tui.audio.clip import CachedClip, pack
from recalliq_tui.audio.reports import CacheStatus, ClipState, PruneReport, VerifyReport

if TYPE_CHECKING:
    from collections.abc import Iterable

    from recalliq_tui.audio.clip import ClipInfo
    from recalliq_tui.audio.errors import CacheError
    from recalliq_tui.audio.reports import Cancelled, Progress

MAX_BYTES: Final = 64 * 1024 * 1024


class MemoryCache:
    """Holds the clips used last, within ``max_bytes``. ``cause`` says why it stands in."""

    folder = None

    def __init__(self, *, max_bytes: int = MAX_BYTES, cause: CacheError | None = None) -> None:
        self.cause = cause
        self._max_bytes = max_bytes
        self._clips: OrderedDict[str, tuple[CachedClip, bool]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: str) -> CachedClip | None:
        with self._lock:
            held = self._clips.get(key)
            if held is None:
                return None
            self._clips.move_to_end(key)
            return held[0]

    def state(self, key: str) -> ClipState:
        return ClipState.PRESENT if key in self._clips else ClipState.ABSENT

    def present(self, keys: Iterable[str]) -> set[str]:
        return {key for key in keys if key in self._clips}

    def pin(self, keys: Iterable[str]) -> set[str]:
        """Count those of ``keys`` that are there as decks' clips; return them."""
        with self._lock:
            found = {key for key in keys if key in self._clips}
            for key in found:
                self._clips[key] = (self._clips[key][0], True)
        return found

    def put(self, key: str, audio: bytes, info: ClipInfo, *, pinned: bool = True) -> None:
        pack(key, audio, info)
        with self._lock:
            self._clips.pop(key, None)
            self._clips[key] = (CachedClip(key, audio, info), pinned)
            total = sum(len(clip.audio) for clip, _ in self._clips.values())
            while total > self._max_bytes and len(self._clips) > 1:
                _, (old, _) = self._clips.popitem(last=False)
                total -= len(old.audio)

    def others(self, text_sha256: str) -> list[str]:
        with self._lock:
            return [
                k for k, (clip, _) in self._clips.items() if clip.info.text_sha256 == text_sha256
            ]

    def status(self) -> CacheStatus:
        with self._lock:
            held = list(self._clips.values())
        pinned = [len(clip.audio) for clip, is_pinned in held if is_pinned]
        phrases = [len(clip.audio) for clip, is_pinned in held if not is_pinned]
        return CacheStatus(len(pinned), sum(pinned), len(phrases), sum(phrases))

    def verify(
        self, on_progress: Progress | None = None, cancelled: Cancelled | None = None
    ) -> VerifyReport:
        """Nothing can rot here; the report says so at once, ``cancelled`` or not."""
        del cancelled
        count = len(self._clips)
        if on_progress is not None:
            on_progress(count, count)
        return VerifyReport(count, count)

    def prune(self, keep: set[str]) -> PruneReport:
        with self._lock:
            gone = [k for k, (_, pinned) in self._clips.items() if pinned and k not in keep]
            freed = sum(len(self._clips.pop(key)[0].audio) for key in gone)
        return PruneReport(len(gone), freed)

    def close(self) -> None:
        self._clips.clear()
