"""Splits a text into words and folds away what a reciter need not type: case, marks, stops."""

# ruff: noqa: RUF001  (letters of other scripts are meant)
from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final, NamedTuple

from recalliq_tui.textsafe import clean


class Word(NamedTuple):
    """A word as written, and as it is compared. ``folded`` is never empty."""

    shown: str
    folded: str


_TILDE: Final = "\u0303"
_DASHES: Final = re.compile(
    "[-\u00ad\u058a\u05be\u2010-\u2015\u2053\u2212\u2e3a\u2e3b\ufe58\ufe63\uff0d/]+"
)
_LETTERS: Final = str.maketrans({
    "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "ı": "i", "þ": "th",
    "ς": "σ", "ـ": None, "\u034f": None, "\u0149": "n",
    "ך": "כ", "ם": "מ", "ן": "נ", "ף": "פ", "ץ": "צ",
})  # fmt: skip
_LATIN: Final = str.maketrans("jv", "iu")
_SPACELESS: Final = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]"
)
# Combining classes of marks that a reader may leave out: overlays, niqqud, harakat, and the
# accents above and below. Class 0 and 7 to 9 (Indic vowels, voicing marks) make other letters.
_FIRST_POINT: Final = 10
_LAST_POINT: Final = 36
_FIRST_ACCENT: Final = 200


def language(lang: str | None) -> str:
    """Return the primary language of a tag, in lower case: ``en`` of ``en-GB``; else ``""``."""
    return re.split("[-_]", lang or "", maxsplit=1)[0].lower()


@lru_cache(maxsize=8192)
def fold(word: str, *, lang: str | None = None, exact: bool = False) -> str:
    """Return ``word`` as it is compared; empty where it holds no letter or figure. Idempotent.

    With ``exact`` the Spanish n-tilde stays a letter of its own.
    """
    text = unicodedata.normalize("NFKD", word).casefold()
    text = unicodedata.normalize("NFKD", text).casefold().translate(_LETTERS)
    if language(lang) == "la":
        text = text.translate(_LATIN)
    kept: list[str] = []
    for char in unicodedata.normalize("NFKD", text):
        category = unicodedata.category(char)[0]
        tilde = exact and char == _TILDE and kept[-1:] == ["n"]
        if category in "LN" or tilde or (category == "M" and not _is_mark(char)):
            kept.append(char)
    folded = unicodedata.normalize("NFC", "".join(kept))
    return folded if any(unicodedata.category(c)[0] in "LN" for c in folded) else ""


def _is_mark(char: str) -> bool:
    rank = unicodedata.combining(char)
    return rank == 1 or _FIRST_POINT <= rank <= _LAST_POINT or rank >= _FIRST_ACCENT


def words_of(text: str, *, lang: str | None = None, exact: bool = False) -> tuple[Word, ...]:
    """Split ``text`` into words at white space and dashes; what folds to nothing is left out.

    Chinese, Japanese, Thai and their like, which write no spaces, give a word a character.
    """
    words: list[Word] = []
    for token in clean(text).split():
        for shown in _DASHES.split(token):
            folded = fold(shown, lang=lang, exact=exact)
            if folded and _SPACELESS.search(folded):
                words.extend(_characters(shown, lang=lang, exact=exact))
            elif folded:
                words.append(Word(shown, folded))
    return tuple(words)


def _characters(shown: str, *, lang: str | None, exact: bool) -> list[Word]:
    """Split a token of a script without spaces; marks stay with their letter."""
    clusters: list[str] = []
    for char in shown:
        if clusters and unicodedata.category(char)[0] == "M":
            clusters[-1] += char
        else:
            clusters.append(char)
    pairs = (Word(c, fold(c, lang=lang, exact=exact)) for c in clusters)
    return [word for word in pairs if word.folded]
