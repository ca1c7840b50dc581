"""Where the words of a line stand in it: what is masked, highlighted or asked is one of these."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import NamedTuple

from recalliq_tui.domain.recitation.folding import words_of


class Spot(NamedTuple):
    """A word of a line: half-open range in code points, punctuation at its ends left out.

    Numbered as the recitation numbers its expected words.
    """

    start: int
    end: int
    folded: str


@lru_cache(maxsize=4096)
def spots(line: str, *, lang: str | None = None) -> tuple[Spot, ...]:
    """The words of a line, in order. A line without letters has none."""
    found: list[Spot] = []
    at = 0
    for word in words_of(line, lang=lang):
        start = line.find(word.shown, at)
        if start < 0:
            continue
        at = start + len(word.shown)
        first, last = _core(word.shown)
        found.append(Spot(start + first, start + last, word.folded))
    return tuple(found)


def _core(shown: str) -> tuple[int, int]:
    """The range of a word without the signs around it."""
    inside = [at for at, char in enumerate(shown) if unicodedata.category(char)[0] in "LNM"]
    return (inside[0], inside[-1] + 1) if inside else (0, len(shown))
