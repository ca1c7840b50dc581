"""Where whole frames lie in MP3 bytes that are still arriving."""

from __future__ import annotations

from typing import Final

_SYNC: Final = 0x7FF
_LAYER_3: Final = 1
_V1: Final = 3
_FAMILY: Final = 0xFFFE0C00
"""The bits of a header that all frames of one stream share: sync, version, layer, rate."""
_KBPS_V1: Final = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_KBPS_V2: Final = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
_HERTZ: Final = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}
_HEAD: Final = 4
_ID3_HEAD: Final = 10
_CHAIN: Final = 3
"""So many matching headers in a row are a stream, after bytes that were none."""


class FrameScanner:
    """Finds the frames in a growing buffer.

    ``start`` is where the first frame begins, ``None`` as long as there is none. ``end`` is where
    the last whole frame ends, ``skipped`` how many bytes in front were searched in vain.
    """

    def __init__(self) -> None:
        self.start: int | None = None
        self.end = 0
        self.skipped = 0
        self._at = 0
        self._family: int | None = None
        self._in_step = True

    def scan(self, data: bytearray, *, final: bool = False) -> None:
        """Look at the bytes since the last call; ``data`` holds all of them from the first."""
        if self.start is None and not self._pass_tags(data, final=final):
            return
        while self._at + _HEAD <= len(data):
            size = self._frame_at(data, self._at)
            if size is not None and (self._in_step or self._chained(data, size, final=final)):
                if self._at + size > len(data):
                    return
                self._take(data, size)
            elif size is not None and not self._in_step and not final and self._open(data, size):
                return
            else:
                self._search(data)

    def _take(self, data: bytearray, size: int) -> None:
        if self.start is None:
            self.start = self._at
        self._family = _head(data, self._at) & _FAMILY
        self._in_step = True
        self._at += size
        self.end = self._at

    def _search(self, data: bytearray) -> None:
        """Move on to the next byte that may begin a header."""
        self._in_step = False
        found = data.find(0xFF, self._at + 1)
        to = len(data) - _HEAD + 1 if found < 0 else found
        to = max(to, self._at + 1)
        if self.start is None:
            self.skipped += to - self._at
        self._at = to

    def _chained(self, data: bytearray, size: int, *, final: bool) -> bool:
        """Whether enough headers follow each other here."""
        at, count = self._at, 0
        family = _head(data, at) & _FAMILY
        step: int | None = size
        while step is not None and at + _HEAD <= len(data):
            if _head(data, at) & _FAMILY != family:
                return False
            count += 1
            if count == _CHAIN:
                return True
            at += step
            step = _frame_size(_head(data, at)) if at + _HEAD <= len(data) else None
        return final and count > 1 and at >= len(data)

    def _open(self, data: bytearray, size: int) -> bool:
        """Whether bytes to come decide if a frame begins here."""
        at, step = self._at, size
        for _ in range(_CHAIN - 1):
            at += step
            if at + _HEAD > len(data):
                return True
            found = _frame_size(_head(data, at))
            if found is None or (_head(data, at) ^ _head(data, self._at)) & _FAMILY:
                return False
            step = found
        return False

    def _frame_at(self, data: bytearray, at: int) -> int | None:
        head = _head(data, at)
        if self._family is not None and head & _FAMILY != self._family:
            return None
        return _frame_size(head)

    def _pass_tags(self, data: bytearray, *, final: bool) -> bool:
        """Step over ID3v2 tags in front; ``False`` while one of them is not there whole."""
        while self._in_step and data[self._at : self._at + 3] == b"ID3"[: len(data) - self._at]:
            if len(data) - self._at < _ID3_HEAD:
                return final and len(data) > self._at
            a, b, c, d = data[self._at + 6 : self._at + 10]
            footer = _ID3_HEAD if data[self._at + 5] & 0x10 else 0
            end = self._at + _ID3_HEAD + (a << 21 | b << 14 | c << 7 | d) + footer
            if end > len(data):
                return False
            self._at = end
        return True


def _head(data: bytearray, at: int) -> int:
    return int.from_bytes(data[at : at + _HEAD], "big")


def _frame_size(head: int) -> int | None:
    """Return the bytes of a layer-3 frame from its header; ``None`` where it is none."""
    version, layer = head >> 19 & 3, head >> 17 & 3
    bitrate, rate = head >> 12 & 15, head >> 10 & 3
    if head >> 21 != _SYNC or layer != _LAYER_3 or version not in _HERTZ:
        return None
    if bitrate in (0, 15) or rate == 3:  # noqa: PLR2004
        return None
    hertz = _HERTZ[version][rate]
    slots = 144_000 if version == _V1 else 72_000
    kbps = (_KBPS_V1 if version == _V1 else _KBPS_V2)[bitrate]
    return slots * kbps // hertz + (head >> 9 & 1)
