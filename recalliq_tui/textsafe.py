"""Makes text that others wrote harmless before it reaches a terminal, a log or a file name.

A deck, a server or a model can put an escape sequence into its text: one that writes the
clipboard (OSC 52), moves the cursor (CSI), or turns the reading direction round (U+202E). Textual
lets these through, so every trust boundary calls :func:`clean` once, when the text comes in.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final
from urllib.parse import urlsplit, urlunsplit

__all__ = ["StreamCleaner", "clean", "one_line", "redact_url", "safe_name"]

MAX_CHARS: Final = 200_000
"""Longest text that is kept whole; more than this in one field is an accident or an attack."""

# An escape sequence goes as a whole, so that its payload is not left behind as text. The string
# sequences (OSC, DCS, SOS, PM, APC) end at BEL, ST or C1 ST, or else run to the end of the line.
_STRING_INTRO: Final = "(?:\x1b[\\]PX^_]|[\x9d\x90\x98\x9e\x9f])"
_ESCAPE: Final = (
    _STRING_INTRO
    + "[^\x07\x1b\x9c\n]*(?:\x07|\x1b\\\\|\x9c)?"
    + "|(?:\x1b\\[|\x9b)[0-?]*[ -/]*[@-~]?"
    + "|\x1b[ -/]*[0-~]?"
)
"""Compiled by ``re`` when a text is suspect: hardly any is, and the first screen is waiting."""

# C0 but tab and newline, DEL, C1, bidirectional embeddings, overrides and isolates, lone
# surrogates, the line and paragraph separators, interlinear annotation marks, and tag characters.
_CONTROL: Final = (
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufff9-\ufffb"
    "\U000e0000-\U000e007f]"
)
_SUSPECT: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufff9-\ufffb"
    "\U000e0000-\U000e007f]"
)


def clean(text: str, *, max_chars: int = MAX_CHARS) -> str:
    """Return ``text`` without anything that acts on a terminal.

    Newlines and tabs stay, as do zero-width joiners, Hebrew and Arabic. CRLF, CR and the Unicode
    line separators become LF. Text beyond ``max_chars`` is cut and marked with an ellipsis.
    """
    if len(text) > max_chars:
        text = text[: max_chars - 1] + "…"
    if _SUSPECT.search(text) is None:
        return text
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = text.replace("\u2028", "\n").replace("\u2029", "\n")
    text = re.sub(_ESCAPE, "", text)
    return re.sub(_CONTROL, "", text)


def one_line(text: str, *, max_chars: int = 400) -> str:
    """Return :func:`clean` text on one line, its runs of white space collapsed."""
    flat = " ".join(clean(text).split())
    return flat if len(flat) <= max_chars else flat[: max_chars - 1] + "…"


class StreamCleaner:
    """Cleans text that arrives in pieces, where an escape sequence may lie across two of them."""

    _HOLD: Final = re.compile(
        "(?:" + _STRING_INTRO + "[^\x07\x1b\x9c\n]*\x1b?|(?:\x1b\\[|\x9b)[0-?]*[ -/]*"
        "|\x1b[ -/]*|\r)\\Z"
    )
    _MAX_HELD: Final = 4096

    def __init__(self) -> None:
        self._held = ""

    def feed(self, piece: str) -> str:
        """Return what of the text so far is complete and clean; keep an open sequence back."""
        text = self._held + piece
        match = self._HOLD.search(text)
        if match is None or len(match.group()) > self._MAX_HELD:
            self._held = ""
            return clean(text)
        self._held = match.group()
        return clean(text[: match.start()])

    def finish(self) -> str:
        """Return what was held back, cleaned: an unfinished sequence gives nothing."""
        held, self._held = self._held, ""
        return clean(held)


def redact_url(url: str) -> str:
    """Return ``url`` without user, query and fragment: a signed URL's secret is its query."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return "(unreadable address)"
    return one_line(urlunsplit((parts.scheme, host + port, parts.path, "", "")), max_chars=300)


_UNSAFE_NAME: Final = re.compile(r"[^a-z0-9_-]+")


def safe_name(text: str, *, max_chars: int = 64) -> str:
    """Return a lower-case file-name part ``[a-z0-9_-]+`` made from ``text``; never empty."""
    folded = unicodedata.normalize("NFKD", clean(text)).encode("ascii", "ignore").decode()
    name = _UNSAFE_NAME.sub("-", folded.lower()).strip("-")[:max_chars].strip("-")
    return name or "unnamed"
