"""Clips to test with."""

from __future__ import annotations

import hashlib

from recalliq_tui.audio.clip import ClipInfo
from recalliq_tui.domain.clips import ClipSpec


def a_clip(name: str, *, size: int = 2_000, voice: str = "en") -> tuple[str, bytes, ClipInfo]:
    """Return key, audio and info of a clip; the audio is noise that ``name`` and voice decide."""
    spec = ClipSpec(text=name, provider="espeak", voice=voice)
    block = hashlib.sha256(f"{name}/{voice}".encode()).digest()
    audio = (block * (size // len(block) + 1))[:size]
    info = ClipInfo.of(
        spec,
        audio,
        created="2026-11-20T12:00:00Z",
        purpose="card",
        duration_ms=1234,
        credits=1.5,
        request_id="r-1",
        words=((0, 3, 10, 250),),
    )
    return spec.key, audio, info
