"""The clip cache: deck clips for ever, live phrases within bounds, every read verified."""

from __future__ import annotations

import contextlib
import logging
import os
from typing import TYPE_CHECKING, Final, Self

from recalliq_tui.audio import repair
from recalliq_tui.audio.clip import FrameError, is_key, pack, unpack
from recalliq_tui.audio.disk import UnsafeValueError
from recalliq_tui.audio.errors import CacheCode, CacheError
from recalliq_tui.audio.memory import MemoryCache
from recalliq_tui.audio.quarantine import Quarantine
from recalliq_tui.audio.reports import CacheStatus, ClipState, PruneReport, VerifyReport
from recalliq_tui.audio.store import Row, Store

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from recalliq_tui.audio.clip import CachedClip, ClipInfo
    from recalliq_tui.audio.reports import Cancelled, Progress

_log = logging.getLogger(__name__)

PHRASE_BYTES: Final = 64 * 1024 * 1024


class ClipCache:
    """Clips on disk. Thread-safe and safe to share between processes; all methods block.

    Layout of the folder (mode 0700): ``clips`` (pinned), ``phrases`` (evicted, least recently
    used first) and ``quarantine``. Use :meth:`open`.
    """

    def __init__(self, folder: Path, clips: Store, phrases: Store) -> None:
        self.folder = folder
        self._clips = clips
        self._phrases = phrases
        self._quarantine = Quarantine(folder / "quarantine")

    @classmethod
    def open(cls, folder: Path, *, phrase_bytes: int = PHRASE_BYTES) -> Self:
        """Open or create the cache; a damaged index is made anew from the clips' own files.

        Raises :class:`CacheError`; ``MemoryCache`` is what plays then.
        """
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if os.name == "posix" and folder.stat().st_mode & 0o077:
                folder.chmod(0o700)
        except OSError as error:
            words = error.strerror or str(error)
            raise CacheError(CacheCode.UNWRITABLE, f"the cache folder: {words}") from error
        quarantine = Quarantine(folder / "quarantine")
        return cls(
            folder,
            _open_store(folder / "clips", quarantine, max_bytes=None),
            _open_store(folder / "phrases", quarantine, max_bytes=phrase_bytes),
        )

    def get(self, key: str) -> CachedClip | None:
        """Return a clip whose every byte was verified, else ``None``.

        A clip that fails is moved to the quarantine and is ``damaged`` until put again.
        """
        if not is_key(key):
            return None
        for store in self._stores:
            try:
                row = store.row(key)
                if row is None or row.damaged:
                    continue
                clip = self._read(store, row)
            except CacheError as error:
                _log.warning("a clip could not be read: %s", error)
                continue
            if clip is not None:
                return clip
        return None

    def state(self, key: str) -> ClipState:
        """Say how a clip is doing from the index and its file's size, without reading it."""
        result = ClipState.ABSENT
        if not is_key(key):
            return result
        with contextlib.suppress(CacheError):
            for store in self._stores:
                row = store.row(key)
                if row is None:
                    continue
                size = store.disk.size_on_disk(row.filename)
                if not row.damaged and size == row.size:
                    return ClipState.PRESENT
                if row.damaged or size is not None:
                    result = ClipState.DAMAGED
        return result

    def present(self, keys: Iterable[str]) -> set[str]:
        """Return which of ``keys`` the index has undamaged. Files are not looked at."""
        wanted = list(keys)
        found: set[str] = set()
        try:
            found = self._clips.present(wanted)
            if len(found) < len(wanted):
                found |= self._phrases.present(k for k in wanted if k not in found)
        except CacheError as error:
            _log.warning("the clip index could not be read: %s", error)
        return found

    def pin(self, keys: Iterable[str]) -> set[str]:
        """Return which of ``keys`` are there; those that lie among the phrases move to the decks'
        clips, where nothing is evicted. A phrase that fails its hash is not there.
        """
        wanted = set(keys)
        found: set[str] = set()
        try:
            found = self._clips.present(wanted)
            found |= {key for key in self._phrases.present(wanted - found) if self._move(key)}
        except CacheError as error:
            _log.warning("the clip index could not be read: %s", error)
        return found

    def _move(self, key: str) -> bool:
        """Move a phrase to the decks' clips; where that can't be written it stays where it is."""
        row = self._phrases.row(key)
        clip = None if row is None or row.damaged else self._read(self._phrases, row)
        if clip is None:
            return False
        with contextlib.suppress(CacheError):
            self.put(key, clip.audio, clip.info)
        return True

    def put(self, key: str, audio: bytes, info: ClipInfo, *, pinned: bool = True) -> None:
        """Keep a clip with its info in one step: afterwards either both are there or neither.

        Raises ``CacheError``, and ``FrameError`` when ``info`` is not of this audio.
        """
        frame = pack(key, audio, info)
        if pinned:
            self._clips.write(key, frame, info.text_sha256)
            with contextlib.suppress(CacheError):
                self._phrases.delete(key)
        else:
            self._phrases.write(key, frame, info.text_sha256)

    def others(self, text_sha256: str) -> list[str]:
        """Return the keys of undamaged clips of a text, in whatever voice; pinned ones first."""
        if not is_key(text_sha256):
            return []
        keys: dict[str, None] = {}
        with contextlib.suppress(CacheError):
            for store in self._stores:
                keys.update(dict.fromkeys(store.tagged(text_sha256)))
        return list(keys)

    def status(self) -> CacheStatus:
        """Count what is there. Raises ``CacheError`` when the index can't be read."""
        clips, size, damaged = self._clips.totals()
        phrases, phrase_size, damaged_phrases = self._phrases.totals()
        return CacheStatus(
            clips=clips,
            bytes=size,
            phrases=phrases,
            phrase_bytes=phrase_size,
            damaged=damaged + damaged_phrases,
            quarantined=self._quarantine.count(),
            folder=self.folder,
        )

    def verify(
        self, on_progress: Progress | None = None, cancelled: Cancelled | None = None
    ) -> VerifyReport:
        """Read and check every clip; mend the index from the files where it is damaged.

        Raises ``CacheError`` when the index can neither be read nor mended.
        """
        self._mend()
        work = [(store, row) for store in self._stores for row in store.rows()]
        ok, looked = 0, 0
        damaged: list[str] = []
        missing: list[str] = []
        for looked, (store, row) in enumerate(work, start=1):
            if cancelled is not None and cancelled():
                return VerifyReport(looked - 1, ok, tuple(damaged), tuple(missing), cancelled=True)
            if row.damaged:
                damaged.append(row.key)
            elif self._read(store, row) is not None:
                ok += 1
            elif (now := store.row(row.key)) is not None:
                (damaged if now.damaged else missing).append(row.key)
            if on_progress is not None:
                on_progress(looked, len(work))
        return VerifyReport(looked, ok, tuple(damaged), tuple(missing))

    def prune(self, keep: set[str]) -> PruneReport:
        """Delete pinned clips that ``keep`` doesn't name, orphaned files and the quarantine."""
        removed = freed = 0
        self._clips.discard_strange_rows()
        for row in self._clips.rows():
            if row.key not in keep and self._clips.delete(row.key):
                removed += 1
                freed += row.size
        freed += self._quarantine.clear()
        return PruneReport(removed, freed)

    def close(self) -> None:
        """Close this thread's connections; those of other threads close with their threads."""
        for store in self._stores:
            store.close()

    @property
    def _stores(self) -> tuple[Store, Store]:
        return self._clips, self._phrases

    def _read(self, store: Store, row: Row) -> CachedClip | None:
        """Return a row's clip, or ``None`` with the row marked where its file is bad."""
        try:
            frame = store.read(row.key)
            if frame is None:
                return None
            return unpack(frame, row.key)
        except (FrameError, UnsafeValueError) as error:
            _log.warning("clip %s: %s", row.key[:16], error)
        if store.disk.size_on_disk(row.filename) is not None and row.filename is not None:
            self._quarantine.take(store.folder / row.filename, row.key)
        with contextlib.suppress(CacheError):
            store.mark_damaged(row)
        return None

    def _mend(self) -> None:
        if not self._clips.is_sound():
            self._clips.close()
            repair.set_index_aside(self._clips.folder, self._quarantine)
            self._clips = Store(self._clips.folder, max_bytes=None)
            repair.adopt_files(self._clips)
        for store in self._stores:
            store.discard_strange_rows()
            repair.adopt_files(store, now=repair.seconds_since_epoch())


def open_or_memory(folder: Path, *, phrase_bytes: int = PHRASE_BYTES) -> ClipCache | MemoryCache:
    """Open the cache, or give one in memory whose ``cause`` says why the folder can't be used."""
    try:
        return ClipCache.open(folder, phrase_bytes=phrase_bytes)
    except CacheError as error:
        _log.warning("clips are kept in memory only: %s", error)
        return MemoryCache(cause=error)


def _open_store(folder: Path, quarantine: Quarantine, *, max_bytes: int | None) -> Store:
    try:
        return Store(folder, max_bytes=max_bytes)
    except CacheError as error:
        if error.code is not CacheCode.DAMAGED:
            raise
    repair.set_index_aside(folder, quarantine)
    store = Store(folder, max_bytes=max_bytes)
    repair.adopt_files(store)
    return store
