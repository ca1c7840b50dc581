"""What a learner should have heard: the cache's own clips, read from their files and decoded."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from recalliq_tui.audio.clip import MAGIC, CachedClip, FrameError, unpack
from recalliq_tui.audio.decode import decode
from recalliq_tui.audio.pcm import ms_to_bytes
from tests.e2e.pseudo import eventually

if TYPE_CHECKING:
    from tests.e2e.learner import Learner


def clip_files(learner: Learner) -> dict[Path, CachedClip]:
    """Return the whole clips in a learner's cache by file."""
    found = {}
    walk = os.walk(learner.cache / "clips" / "clips")  # folders may go while it walks
    files = (Path(folder, name) for folder, _, names in walk for name in names)
    for path in files:
        try:
            data = path.read_bytes()
            if data.startswith(MAGIC):
                found[path] = unpack(data)
        except (OSError, FrameError):  # just being written, or damaged
            continue
    return found


def clip_of(learner: Learner, words: str) -> Path | None:
    """Return the file of the clip whose text holds ``words``."""
    return next(
        (path for path, clip in clip_files(learner).items() if words in clip.info.spec), None
    )


def pcm_of(learner: Learner, words: str) -> bytes:
    """Wait for the clip whose text holds ``words`` and return what of it is played."""
    eventually(lambda: clip_of(learner, words), f"the clip of {words!r} to be kept")
    path = clip_of(learner, words)
    assert path is not None
    pcm = decode(unpack(path.read_bytes()).audio)
    return pcm.data[ms_to_bytes(pcm.lead_ms) :]
