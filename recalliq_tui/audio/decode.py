"""MP3 (and WAV, FLAC, Ogg) to PCM, and a small memory of what was decoded last.

Decoding is no validation: a truncated MP3 decodes without an error. The cache's hash is what
vouches for a clip.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import Final

from recalliq_tui.audio.errors import DecodeCode, DecodeError
from recalliq_tui.audio.pcm import CHANNELS, RATE, Pcm

MAX_MINUTES: Final = 30
_SURELY_SHORT: Final = 512 * 1024
"""Bytes that can't hold more than the longest clip at any bit rate speech is sold at."""
_CHUNK_SECONDS: Final = 10


def decode(audio: bytes, *, max_minutes: float = MAX_MINUTES) -> Pcm:
    """Decode a whole clip to 44.1 kHz stereo.

    Raises :class:`DecodeError` for bytes that are no audio, and for audio longer than
    ``max_minutes``, of which no more than that is ever held in memory.
    """
    import miniaudio  # noqa: PLC0415  (not before the first screen)

    if not audio:
        raise DecodeError(DecodeCode.NOT_AUDIO, "the clip is empty")
    limit = int(max_minutes * 60 * RATE) * CHANNELS
    short = len(audio) <= _SURELY_SHORT
    parts: list[bytes] = []
    total = 0
    try:
        if short:
            samples = miniaudio.decode(
                audio, miniaudio.SampleFormat.SIGNED16, CHANNELS, RATE
            ).samples
            total = len(samples)
            parts.append(samples.tobytes())
        else:
            stream = miniaudio.stream_memory(
                audio,
                miniaudio.SampleFormat.SIGNED16,
                CHANNELS,
                RATE,
                frames_to_read=_CHUNK_SECONDS * RATE,
            )
            for chunk in stream:
                total += len(chunk)
                parts.append(chunk.tobytes())
                if total > limit:
                    break
    except miniaudio.MiniaudioError as error:
        raise DecodeError(DecodeCode.NOT_AUDIO, f"the clip is no audio ({error})") from error
    if total > limit:
        raise DecodeError(DecodeCode.TOO_LONG, f"the clip is longer than {max_minutes:g} minutes")
    if not total:
        raise DecodeError(DecodeCode.NOT_AUDIO, "the clip holds no sound")
    return Pcm(b"".join(parts))


class PcmCache:
    """Decoded clips by key, least recently used out first. Thread-safe.

    A clip larger than the whole cache is given back but not kept.
    """

    def __init__(self, max_bytes: int = 64 * 1024 * 1024) -> None:
        self._max_bytes = max_bytes
        self._clips: OrderedDict[str, Pcm] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    @property
    def size(self) -> int:
        """Bytes held."""
        return self._bytes

    def __len__(self) -> int:
        return len(self._clips)

    def __contains__(self, key: object) -> bool:
        return key in self._clips

    def get(self, key: str) -> Pcm | None:
        with self._lock:
            pcm = self._clips.get(key)
            if pcm is not None:
                self._clips.move_to_end(key)
            return pcm

    def put(self, key: str, pcm: Pcm) -> None:
        if len(pcm.data) > self._max_bytes:
            return
        with self._lock:
            old = self._clips.pop(key, None)
            self._bytes += len(pcm.data) - (len(old.data) if old else 0)
            self._clips[key] = pcm
            while self._bytes > self._max_bytes:
                _, out = self._clips.popitem(last=False)
                self._bytes -= len(out.data)

    def discard(self, key: str) -> None:
        """Forget a clip, for example one that was rendered anew."""
        with self._lock:
            old = self._clips.pop(key, None)
            self._bytes -= len(old.data) if old else 0

    def decoded(self, key: str, audio: bytes) -> Pcm:
        """Return the clip's PCM, decoding it if need be. Raises :class:`DecodeError`."""
        pcm = self.get(key)
        if pcm is None:
            pcm = decode(audio)
            self.put(key, pcm)
        return pcm
