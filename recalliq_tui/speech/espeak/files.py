"""Where the eSpeak NG library and its data lie, found without loading them."""

from __future__ import annotations

import importlib.util
import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from recalliq_tui.domain.voice import SpeechCode
from recalliq_tui.speech.errors import SpeechError

if TYPE_CHECKING:
    from contextlib import ExitStack

MAX_DATA_PATH: Final = 150
"""The library fails with a data path of 161 bytes or more; it appends to what it is given."""
_LIBRARIES: Final = {"win32": "espeak-ng.dll", "darwin": "libespeak-ng.dylib"}


@dataclass(frozen=True, slots=True)
class EngineFiles:
    library: Path
    data: Path


def locate() -> EngineFiles:
    """Return the files of the installed engine; ``not_configured`` where there are none."""
    found = importlib.util.find_spec("espeakng_loader")
    if found is None or found.origin is None:
        raise SpeechError(
            SpeechCode.NOT_CONFIGURED, "the local voice is not installed (espeakng-loader)"
        )
    folder = Path(found.origin).parent
    files = EngineFiles(
        folder / _LIBRARIES.get(sys.platform, "libespeak-ng.so"), folder / "espeak-ng-data"
    )
    if not files.library.is_file() or not files.data.is_dir():
        raise SpeechError(
            SpeechCode.NOT_CONFIGURED, f"the local voice's files in {folder} are gone"
        )
    return files


def shorten(data: Path, stack: ExitStack) -> Path:
    """Return ``data``, or a short way to it that lives as long as ``stack``."""
    if len(bytes(data)) <= MAX_DATA_PATH:
        return data
    folder = stack.enter_context(
        tempfile.TemporaryDirectory(prefix="riq-", ignore_cleanup_errors=True)
    )
    short = Path(folder) / "espeak-ng-data"
    try:
        short.symlink_to(data, target_is_directory=True)
    except OSError:
        shutil.copytree(data, short)
    return short
