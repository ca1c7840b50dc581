"""Mends a store from its files alone: each clip's file says whose it is and proves it."""

from __future__ import annotations

import contextlib
import logging
import time
from typing import TYPE_CHECKING, Final

from recalliq_tui.audio.clip import FrameError, unpack
from recalliq_tui.audio.disk import MAX_VALUE
from recalliq_tui.audio.store import DATABASE

if TYPE_CHECKING:
    from pathlib import Path

    from recalliq_tui.audio.quarantine import Quarantine
    from recalliq_tui.audio.store import Store

_log = logging.getLogger(__name__)

_YOUNG_SECONDS: Final = 600
"""A file this young may be another process's clip, written and about to be indexed."""


def set_index_aside(folder: Path, quarantine: Quarantine) -> None:
    """Move a damaged index away, so that a new one can take its place."""
    _log.warning("the clip index is damaged; it is made anew from the clips")
    for suffix in ("", "-wal", "-shm"):
        path = folder / (DATABASE + suffix)
        if path.exists() and not quarantine.take(path, path.name):
            path.unlink(missing_ok=True)


def adopt_files(store: Store, *, now: float | None = None) -> tuple[int, int]:
    """Index clip files that no row names, and delete what is none.

    With ``now`` (seconds since the epoch) young files are left alone. Returns how many clips
    were adopted and how many files deleted. Raises ``CacheError`` when a clip can't be written.
    """
    known = {row.filename for row in store.rows()}
    adopted = deleted = 0
    for path in sorted(store.folder.glob("[0-9a-f][0-9a-f]/[0-9a-f][0-9a-f]/*.val")):
        name = str(path.relative_to(store.folder))
        if name in known or not _is_old(path, now):
            continue
        adopted += _adopt(store, path)
        with contextlib.suppress(OSError):
            path.unlink()
            deleted += 1
    return adopted, deleted - adopted


def seconds_since_epoch() -> float:
    return time.time()


def _adopt(store: Store, path: Path) -> bool:
    try:
        if path.is_symlink() or not path.is_file() or path.stat().st_size > MAX_VALUE:
            return False
        frame = path.read_bytes()
        clip = unpack(frame)
    except (OSError, FrameError):
        return False
    row = store.row(clip.key)
    if row is not None and not row.damaged:
        return False
    store.write(clip.key, frame, clip.info.text_sha256)
    return True


def _is_old(path: Path, now: float | None) -> bool:
    if now is None:
        return True
    try:
        return now - path.lstat().st_mtime > _YOUNG_SECONDS
    except OSError:
        return False
