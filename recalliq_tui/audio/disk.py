"""diskcache's storage, without its pickles.

diskcache unpickles whatever a row says (CVE-2025-69872), opens whatever file a row names, and
deletes it too. Whoever can write the folder could run code with that. Here only bytes go in and
out, keys are clip keys, and a row may name only a regular file of diskcache's own pattern.
"""

from __future__ import annotations

import contextlib
import os
import re
import stat
import threading
from pathlib import Path
from typing import Any, Final

from diskcache import Disk
from diskcache.core import MODE_BINARY, UNKNOWN

from recalliq_tui.audio.clip import is_key

_NAME: Final = re.compile(r"[0-9a-f]{2}[/\\][0-9a-f]{2}[/\\][0-9a-f]{28}\.val\Z")
MAX_VALUE: Final = 256 * 1024 * 1024


class UnsafeValueError(ValueError):
    """A row or key that this program would never have written."""


class ClipDisk(Disk):  # type: ignore[misc]
    """Stores bytes under clip keys, each value a file of its own."""

    def __init__(self, directory: str, **kwargs: Any) -> None:
        super().__init__(directory, **kwargs)
        self._written = threading.local()

    def put(self, key: object) -> tuple[str, bool]:
        if not is_key(key):
            raise UnsafeValueError("the clip key is not 64 hex digits")
        return str(key), True

    def get(self, key: object, raw: object) -> str:
        if not raw or not is_key(key):
            raise UnsafeValueError("the index holds a key that is no clip key")
        return str(key)

    def store(
        self, value: object, read: object, key: object = UNKNOWN
    ) -> tuple[int, int, str | None, None]:
        """Write ``value`` to a new file; a failed write leaves none behind."""
        if type(value) is not bytes or read:
            raise UnsafeValueError("only bytes are stored")
        filename, full_path = self.filename(key, value)
        path = Path(full_path)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._written.name = filename
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with open(descriptor, "wb") as file:  # noqa: PTH123  (a descriptor)
                file.write(value)
        except OSError:
            self.remove(filename)
            raise
        return len(value), MODE_BINARY, filename, None

    def fetch(self, mode: object, filename: object, value: object, read: object) -> bytes:
        """Read a value's file. Raises ``UnsafeValueError``, or ``OSError`` where it is gone."""
        if mode != MODE_BINARY or value is not None or read:
            raise UnsafeValueError("the index holds a value that is not a file of bytes")
        path = self._path(filename)
        flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
        descriptor = os.open(path, flags | getattr(os, "O_BINARY", 0))
        with open(descriptor, "rb") as file:  # noqa: PTH123  (a descriptor)
            info = os.fstat(file.fileno())
            if not stat.S_ISREG(info.st_mode) or info.st_size > MAX_VALUE:
                raise UnsafeValueError("the index names something that is no clip file")
            return file.read()

    def remove(self, file_path: object) -> None:
        with contextlib.suppress(UnsafeValueError):
            self._path(file_path)
            super().remove(file_path)

    def forget_written(self) -> None:
        """Delete the file this thread stored last: its row could not be written."""
        name = getattr(self._written, "name", None)
        if name is not None:
            self.remove(name)

    def size_on_disk(self, filename: object) -> int | None:
        """Return the bytes of a value's file, ``None`` where it is not a file."""
        try:
            info = os.lstat(self._path(filename))
        except (OSError, UnsafeValueError):
            return None
        return info.st_size if stat.S_ISREG(info.st_mode) else None

    def _path(self, filename: object) -> Path:
        if not isinstance(filename, str) or _NAME.match(filename) is None:
            raise UnsafeValueError("the index names a file that is not the cache's own")
        return Path(self._directory, filename)
