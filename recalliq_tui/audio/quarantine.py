"""Where clips go that failed their hash: kept a while for a look, within bounds."""

from __future__ import annotations

import contextlib
import logging
import os
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

MAX_FILES: Final = 32
MAX_BYTES: Final = 32 * 1024 * 1024

_log = logging.getLogger(__name__)


class Quarantine:
    """A folder that holds at most ``MAX_FILES`` files and ``MAX_BYTES``; the oldest go first."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def take(self, path: Path, name: str) -> bool:
        """Move a file here under ``name`` and a number. Never raises."""
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            for number in range(MAX_FILES):
                target = self._folder / f"{name}.{number}"
                if not os.path.lexists(target):
                    break
            path.replace(target)
            self._trim()
        except OSError as error:
            _log.warning("a damaged clip could not be moved aside: %s", error.strerror)
            return False
        return True

    def count(self) -> int:
        return len(self._files())

    def clear(self) -> int:
        """Delete all of it and return how many bytes that freed."""
        freed = 0
        for path, size, _ in self._files():
            with contextlib.suppress(OSError):
                path.unlink()
                freed += size
        return freed

    def _files(self) -> list[tuple[Path, int, int]]:
        found = []
        try:
            for entry in os.scandir(self._folder):
                info = entry.stat(follow_symlinks=False)
                found.append((self._folder / entry.name, info.st_size, info.st_mtime_ns))
        except OSError:
            return found
        return sorted(found, key=lambda item: item[2])

    def _trim(self) -> None:
        files = self._files()
        total = sum(size for _, size, _ in files)
        while files and (len(files) > MAX_FILES or total > MAX_BYTES):
            path, size, _ = files.pop(0)
            path.unlink(missing_ok=True)
            total -= size
