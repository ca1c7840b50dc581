"""What was said live before: kept in the phrase cache, so that nothing is paid for twice.

Methods block: they are for threads.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

from recalliq_tui.audio.clip import ClipInfo
from recalliq_tui.audio.decode import decode
from recalliq_tui.audio.errors import CacheError, DecodeError
from recalliq_tui.audio.memory import MemoryCache
from recalliq_tui.domain.grading.feedback import RETRY_ECHO, RETRY_EMPTY, RETRY_STUFFED

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from recalliq_tui.audio.pcm import Pcm
    from recalliq_tui.audio.reports import Clips
    from recalliq_tui.domain.clips import ClipSpec

    SpecOf = Callable[[str, str | None], ClipSpec]

VOICE_ON: Final = "Voice mode on"
PAUSED: Final = "Paused"
FIXED_LANG: Final = "en"
FIXED: Final = (VOICE_ON, PAUSED, RETRY_EMPTY, RETRY_ECHO, RETRY_STUFFED)
"""Phrases in ``FIXED_LANG`` that come again and again: kept for good."""

_SPARE_BYTES: Final = 4 * 1024 * 1024
_LOG: Final = logging.getLogger(__name__)


def fixed_keys(spec_of: SpecOf) -> set[str]:
    """Return the clip keys of the fixed phrases in the voice that is set: not to be pruned."""
    return {spec_of(text, FIXED_LANG).key for text in FIXED}


class Phrases:
    """The live side of the clip cache. What it can't take is held in memory. Thread-safe."""

    def __init__(self, clips: Clips, *, now: Callable[[], datetime]) -> None:
        self._clips = clips
        self._now = now
        self._spare = MemoryCache(max_bytes=_SPARE_BYTES)

    def get(self, spec: ClipSpec) -> tuple[bytes, Pcm] | None:
        """Return a phrase as it was said, encoded and decoded."""
        clip = self._clips.get(spec.key) or self._spare.get(spec.key)
        if clip is None:
            return None
        try:
            return clip.audio, decode(clip.audio)
        except DecodeError as error:
            _LOG.warning("phrase %s can't be decoded: %s", spec.key[:16], error)
            return None

    def keep(
        self,
        spec: ClipSpec,
        audio: bytes,
        *,
        duration_ms: int,
        purpose: str,
        pinned: bool = False,
        credits: float | None = None,  # noqa: A002  (the word of the domain)
        request_id: str | None = None,
    ) -> bool:
        """Keep a phrase; ``False`` when only until the program ends.

        ``pinned`` phrases stay for good, the others within the bounds of the phrase cache.
        """
        info = ClipInfo.of(
            spec,
            audio,
            created=self._now().isoformat(timespec="seconds").replace("+00:00", "Z"),
            purpose=purpose,
            duration_ms=duration_ms,
            credits=credits,
            request_id=request_id,
        )
        try:
            self._clips.put(spec.key, audio, info, pinned=pinned)
        except CacheError as error:
            _LOG.warning("a phrase could not be kept: %s", error)
            self._spare.put(spec.key, audio, info, pinned=pinned)
            return False
        return not isinstance(self._clips, MemoryCache)
