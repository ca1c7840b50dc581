"""How long an MP3 is, read from its frame headers without decoding it."""

from __future__ import annotations

from typing import Final

_SYNC: Final = 0x7FF
_V1: Final = 3
_LAYER_3: Final = 1
_KBPS_V1: Final = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_KBPS_V2: Final = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
_RATES: Final = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}
_ID3_HEADER: Final = 10


def duration_ms(audio: bytes) -> int:
    """Return the length of ``audio`` in milliseconds as a decoder gives it; 0 when it is no MP3.

    Counts whole layer-3 frames; an ID3v2 tag in front and a Xing or Info frame are skipped.
    """
    offset = _skip_id3(audio)
    seconds = 0.0
    first = True
    while (frame := _frame(audio, offset)) is not None:
        size, samples, rate = frame
        if offset + size > len(audio):
            break
        if not (first and _is_info(audio[offset : offset + size])):
            seconds += samples / rate
        first = False
        offset += size
    return round(seconds * 1000)


def is_cut(audio: bytes) -> bool:
    """Whether ``audio`` ends inside a layer-3 frame, as a download that broke off does."""
    offset = _skip_id3(audio)
    while (frame := _frame(audio, offset)) is not None:
        offset += frame[0]
    return offset > len(audio)


def _skip_id3(audio: bytes) -> int:
    if audio[:3] != b"ID3" or len(audio) < _ID3_HEADER:
        return 0
    a, b, c, d = audio[6:10]
    return _ID3_HEADER + (a << 21 | b << 14 | c << 7 | d)


def _is_info(frame: bytes) -> bool:
    return b"Xing" in frame[:64] or b"Info" in frame[:64]


def _frame(audio: bytes, offset: int) -> tuple[int, int, int] | None:
    """Return a frame's size in bytes, its samples and its rate; ``None`` where none starts."""
    if len(audio) < offset + 4:
        return None
    head = int.from_bytes(audio[offset : offset + 4], "big")
    version, layer = head >> 19 & 3, head >> 17 & 3
    bitrate, rate = head >> 12 & 15, head >> 10 & 3
    if head >> 21 != _SYNC or layer != _LAYER_3 or version not in _RATES:
        return None
    if bitrate in (0, 15) or rate == 3:  # noqa: PLR2004
        return None
    hertz = _RATES[version][rate]
    samples = 1152 if version == _V1 else 576
    kbps = (_KBPS_V1 if version == _V1 else _KBPS_V2)[bitrate]
    return samples // 8 * kbps * 1000 // hertz + (head >> 9 & 1), samples, hertz
