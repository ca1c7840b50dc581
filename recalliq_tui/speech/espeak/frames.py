"""What program and voice process say to each other: length-prefixed frames.

A frame is a prefix (magic, header length, body length), a JSON object and bytes. Whatever is not
of that form is a fault of the other side, never something to guess about.

Requests: ``{"op": "speak", "id", "voice", "wpm", "pitch", "phonemes", "kbps"}`` with the text as
body, ``{"op": "voices", "id"}``, ``{"op": "cancel", "id"}``. Answers: ``{"ev": "ready", "rate",
"version"}`` once, then ``audio`` (body: MP3), ``done`` (``events``), ``voices`` and ``error``
(``code``, ``message``), each with the ``id`` of its request.
"""

from __future__ import annotations

import json
import struct
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

_PREFIX: Final = struct.Struct(">4sII")
_MAGIC: Final = b"RIQV"
PREFIX_BYTES: Final = _PREFIX.size
MAX_HEADER: Final = 8 << 20
MAX_BODY: Final = 4 << 20


class FrameError(Exception):
    """The other side sent something that is no frame."""


def pack(header: Mapping[str, object], body: bytes = b"") -> bytes:
    raw = json.dumps(header, separators=(",", ":")).encode()
    return _PREFIX.pack(_MAGIC, len(raw), len(body)) + raw + body


def sizes(prefix: bytes) -> tuple[int, int]:
    """Return the lengths of header and body in bytes; :class:`FrameError` on anything else."""
    if len(prefix) != PREFIX_BYTES:
        raise FrameError("the stream ended inside a frame")
    magic, header, body = _PREFIX.unpack(prefix)
    if magic != _MAGIC or header > MAX_HEADER or body > MAX_BODY:
        raise FrameError("not a frame")
    return header, body


def parse(raw: bytes) -> dict[str, object]:
    """Return a frame's header."""
    try:
        header = json.loads(raw)
    except ValueError as error:
        raise FrameError("a frame's header is no JSON") from error
    if not isinstance(header, dict):
        raise FrameError("a frame's header is no object")
    return header
