"""What lies in the cache: a clip's audio with what it was made of, as one frame of bytes.

A frame is ``b"RIQ1"``, the header's length (4 bytes, big-endian), the header's SHA-256, the
header (UTF-8 JSON) and the audio. Audio and provenance are one value, so that neither can be
there without the other, and the cache's index can be rebuilt from the files alone.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from recalliq_tui.domain.clips import canonical_json, text_sha256

if TYPE_CHECKING:
    from recalliq_tui.domain.clips import ClipSpec

Audio: TypeAlias = bytes
"""A clip's encoded bytes, an MP3."""

MAGIC: Final = b"RIQ1"
_PREFIX: Final = len(MAGIC) + 4 + 32
MAX_HEADER: Final = 4 * 1024 * 1024
_KEY: Final = re.compile(r"[0-9a-f]{64}\Z")


class FrameError(ValueError):
    """Bytes that are not the frame of the wanted clip."""


@dataclass(frozen=True, slots=True)
class ClipInfo:
    """What a clip was made of.

    ``spec`` is the clip spec's canonical JSON, or empty where only the key is known (a clip of a
    library). ``words`` are ``(char_from, char_to, ms_from, ms_to)``. ``created`` is RFC 3339 UTC.
    ``text_sha256`` is of the text as spoken, ``sha256`` of the audio, ``bytes`` its length.
    """

    sha256: str
    bytes: int
    text_sha256: str = ""
    spec: str = ""
    voice: str = ""
    duration_ms: int = 0
    characters: int = 0
    credits: float | None = None
    request_id: str | None = None
    created: str = ""
    purpose: str = ""
    words: tuple[tuple[int, int, int, int], ...] = ()

    @classmethod
    def of(
        cls,
        spec: ClipSpec,
        audio: Audio,
        *,
        created: str,
        purpose: str,
        duration_ms: int,
        characters: int | None = None,
        credits: float | None = None,  # noqa: A002  (the word of the domain)
        request_id: str | None = None,
        words: tuple[tuple[int, int, int, int], ...] = (),
    ) -> ClipInfo:
        """Describe audio rendered from ``spec``, hashes and length included."""
        return cls(
            sha256=hashlib.sha256(audio).hexdigest(),
            bytes=len(audio),
            text_sha256=text_sha256(spec.text),
            spec=canonical_json(spec),
            voice=spec.voice_name,
            duration_ms=duration_ms,
            characters=len(spec.text) if characters is None else characters,
            credits=credits,
            request_id=request_id,
            created=created,
            purpose=purpose,
            words=words,
        )


@dataclass(frozen=True, slots=True)
class CachedClip:
    """A clip whose audio was checked against ``info.sha256``."""

    key: str
    audio: bytes
    info: ClipInfo


def is_key(key: object) -> bool:
    """Say whether ``key`` is a clip key: 64 lower-case hex digits."""
    return isinstance(key, str) and _KEY.match(key) is not None


def pack(key: str, audio: bytes, info: ClipInfo) -> bytes:
    """Return the frame of a clip. ``info`` must describe ``audio``, else ``FrameError``."""
    if not is_key(key):
        raise FrameError("the clip key is not 64 hex digits")
    if info.bytes != len(audio) or info.sha256 != hashlib.sha256(audio).hexdigest():
        raise FrameError("the audio is not the one its info describes")
    header = json.dumps({"key": key, **asdict(info)}, ensure_ascii=False).encode(
        errors="surrogatepass"
    )
    if len(header) > MAX_HEADER:
        raise FrameError("the clip's info is too large")
    return b"".join(
        (MAGIC, len(header).to_bytes(4, "big"), hashlib.sha256(header).digest(), header, audio)
    )


def unpack(frame: bytes, key: str | None = None) -> CachedClip:
    """Read a frame and verify every byte of it.

    Raises :class:`FrameError` when header or audio fail their hash, or when the frame is of
    another clip than ``key``.
    """
    if frame[: len(MAGIC)] != MAGIC or len(frame) < _PREFIX:
        raise FrameError("not a clip")
    length = int.from_bytes(frame[4:8], "big")
    header = frame[_PREFIX : _PREFIX + length]
    if length > MAX_HEADER or hashlib.sha256(header).digest() != frame[8:_PREFIX]:
        raise FrameError("the clip's info is damaged")
    named, info = _read_header(header)
    if key is not None and named != key:
        raise FrameError("the clip is another one")
    audio = frame[_PREFIX + length :]
    if len(audio) != info.bytes or hashlib.sha256(audio).hexdigest() != info.sha256:
        raise FrameError("the audio is damaged")
    return CachedClip(named, audio, info)


def _read_header(header: bytes) -> tuple[str, ClipInfo]:
    try:
        raw = json.loads(header)
        named = raw.pop("key")
        raw["words"] = tuple((int(a), int(b), int(c), int(d)) for a, b, c, d in raw["words"])
        info = ClipInfo(**raw)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise FrameError("the clip's info can't be read") from error
    if not is_key(named):
        raise FrameError("the clip has no proper key")
    return named, info
