"""Makes a text safe for the engine without moving a single character.

Word times refer to code points of the text as given, so each replacement is of the same length.
"""

from __future__ import annotations

import re
from typing import Final

# A control character starts an engine command (U+0001), ends the text (NUL) or breaks the
# encoding (surrogates); noncharacters are rejected by some voices.
_UNSAFE: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_PHONEMES: Final = re.compile(r"\[\[|\]\]")


def engine_text(text: str, *, phonemes: bool) -> str:
    """Return ``text`` as the engine may have it; ``[[...]]`` stays only where asked for."""
    text = _UNSAFE.sub(" ", text)
    return text if phonemes else _PHONEMES.sub("  ", text)
