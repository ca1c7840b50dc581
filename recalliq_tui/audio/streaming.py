"""Decodes sound while it arrives.

A whole prefix of an MP3 always decodes to an exact prefix of its sound, so the bytes so far are
decoded anew at growing steps and only what is new is handed on. A sentence of 10 s costs 60 ms of
one core that way, spread over its arrival.
"""

from __future__ import annotations

import sys
from array import array
from typing import Final, Protocol

from recalliq_tui.audio.decode import decode
from recalliq_tui.audio.errors import DecodeCode, DecodeError
from recalliq_tui.audio.mp3frames import FrameScanner
from recalliq_tui.audio.pcm import CHANNELS, RATE

MAX_BYTES: Final = 16 * 1024 * 1024
"""Longest live utterance, encoded: a quarter of an hour at 128 kbit/s."""
_MAX_JUNK: Final = 64 * 1024
_SNIFF: Final = 16
_GROWTH: Final = 16
"""The buffer is decoded anew when it has grown by a 16th: less than a sixth of the sound is ahead
of the ear when it arrives at 1.2 times its own speed."""
_OTHERS: Final = (b"RIFF", b"fLaC", b"OggS")
_TAGS: Final = (b"TAG", b"APETAGEX", b"LYRICS", b"3DI")


class StreamDecoder(Protocol):
    """Turns encoded bytes into 44.1 kHz stereo as they come. For one thread."""

    @property
    def whole(self) -> bool:
        """Whether the stream ended where sound may end; known after ``finish``."""
        ...

    def feed(self, data: bytes) -> bytes:
        """Take bytes, return the PCM that is new. Raises :class:`DecodeError` for no audio."""
        ...

    def finish(self) -> bytes:
        """Return the rest. Raises :class:`DecodeError` when there was no sound at all."""
        ...


class Mp3Decoder:
    """MP3 of any kind: ID3 tags or junk in front, variable bit rate, MPEG-1, 2 and 2.5.

    Other containers (WAV, FLAC, Ogg) give all their sound at the end.
    """

    def __init__(self) -> None:
        self._data = bytearray()
        self._frames = FrameScanner()
        self._due = 1
        self._handed = 0
        self._ended = False

    @property
    def whole(self) -> bool:
        rest = bytes(self._data[self._frames.end :])
        return self._ended and (not rest.strip(b"\0") or rest.startswith(_TAGS))

    def feed(self, data: bytes) -> bytes:
        self._data += data
        if len(self._data) > MAX_BYTES:
            raise DecodeError(DecodeCode.TOO_LONG, "the voice doesn't stop speaking")
        self._frames.scan(self._data)
        start, end = self._frames.start, self._frames.end
        if start is None:
            self._refuse_text()
            return b""
        if end < self._due:
            return b""
        self._due = end + max(1, (end - start) // _GROWTH)
        return self._new(bytes(self._data[start:end]), last=False)

    def finish(self) -> bytes:
        self._ended = True
        self._frames.scan(self._data, final=True)
        if self._frames.start is None:
            self._refuse_text()
            self._frames.end = len(self._data)
        return self._new(bytes(self._data[self._frames.start or 0 :]), last=True)

    def _new(self, prefix: bytes, *, last: bool) -> bytes:
        try:
            pcm = decode(prefix).data
        except DecodeError as error:
            if last and not self._handed:
                raise
            if error.code is DecodeCode.NOT_AUDIO:
                return b""
            raise
        new = pcm[self._handed :]
        self._handed = max(self._handed, len(pcm))
        return new

    def _refuse_text(self) -> None:
        """End what is a page or a message and not sound, before all of it has arrived."""
        head = bytes(self._data[:256]).lstrip(b"\xef\xbb\xbf \t\r\n")
        text = len(head) >= _SNIFF and head.startswith((b"<", b"{")) and head[:_SNIFF].isascii()
        junk = self._frames.skipped > _MAX_JUNK and not head.startswith(_OTHERS)
        if text or junk:
            raise DecodeError(DecodeCode.NOT_AUDIO, "the answer is no audio")


class PcmDecoder:
    """Raw little-endian 16-bit PCM of any rate, mono or stereo, which needs no decoder."""

    def __init__(self, rate: int, channels: int = 1) -> None:
        if rate <= 0 or channels not in {1, 2}:
            raise DecodeError(DecodeCode.NOT_AUDIO, f"{channels} channels at {rate} Hz")
        self._rate = rate
        self._channels = channels
        self._data = bytearray()
        self._due = 1
        self._handed = 0

    @property
    def whole(self) -> bool:
        return len(self._data) % (2 * self._channels) == 0

    def feed(self, data: bytes) -> bytes:
        self._data += data
        if len(self._data) > MAX_BYTES:
            raise DecodeError(DecodeCode.TOO_LONG, "the voice doesn't stop speaking")
        return self._new() if len(self._data) >= self._due else b""

    def finish(self) -> bytes:
        new = self._new()
        if not self._handed:
            raise DecodeError(DecodeCode.NOT_AUDIO, "the answer holds no sound")
        return new

    def _new(self) -> bytes:
        import miniaudio  # noqa: PLC0415  (not before the first screen)

        size = len(self._data)
        self._due = size + max(2 * self._channels, size // _GROWTH)
        samples = array("h", bytes(self._data[: size - size % (2 * self._channels)]))
        if sys.byteorder == "big":
            samples.byteswap()
        kind = miniaudio.SampleFormat.SIGNED16
        pcm = bytes(
            miniaudio.convert_frames(
                kind, self._channels, self._rate, samples.tobytes(), kind, CHANNELS, RATE
            )
        )
        new = pcm[self._handed :]
        self._handed = max(self._handed, len(pcm))
        return new
