"""Splits an answer into words and folds away what doesn't count: markup, case, accents, stops."""

from __future__ import annotations

import html
import re
import unicodedata
from typing import Final, NamedTuple

from recalliq_tui.textsafe import clean


class Word(NamedTuple):
    """A word as written, and as it is compared."""

    shown: str
    folded: str


_MAX_CHARS: Final = 50_000
_MARKUP: Final = (
    (re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL), " "),
    (re.compile(r"^[ \t]*(?:`{3,}|~{3,})[^\n`]*$", re.MULTILINE), " "),
    (re.compile(r"!\[[^\[\]\n]*\]\([^()\n]*\)"), " "),
    (re.compile(r"\[([^\[\]\n]+)\]\([^()\n]*\)"), r"\1"),
    (re.compile(r"</?[A-Za-z][^<>\n]*>"), " "),
    (re.compile(r"^[ \t]*(?:#{1,6}|>|[-+*]|\d+\.)[ \t]+", re.MULTILINE), ""),
    (re.compile(r"(?<![\w\\])(\*{1,3}|_{1,3}|~~)(?=[^\s*_~])([^\n]*?[^\s\\])\1(?!\w)"), r"\2"),
    (re.compile(r"(?<!\\)(`+|\${1,2})(?=\S)([^\n]*?)\1"), r"\2"),
    (re.compile(r"\\([!-/:-@\[-`{-~])"), r"\1"),
)
# Marks that learners leave out: Latin, Greek and Cyrillic accents, niqqud, harakat. The marks of
# Japanese and of Indic scripts make other letters, and stay.
_ACCENT: Final = re.compile("[\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670]")
_LETTERS: Final = str.maketrans({
    "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i",  # noqa: RUF001
    "ς": "σ", "ـ": "",  # noqa: RUF001
})  # fmt: skip
_LATIN: Final = str.maketrans({"j": "i", "v": "u"})
_THOUSANDS: Final = re.compile(r"(?<=\d)[,'\u2019\u00a0\u202f](?=\d{3}(?!\d))")
_DECIMAL: Final = re.compile(r"(?<=\d),(?=\d)")
_DASH: Final = re.compile(r"(?<=\w)[-\u2010-\u2015\u2212\u05be/](?=\w)|[\u2013-\u2015]|--+")
_SPACELESS: Final = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]"
)
_KEPT: Final = frozenset("#%@&^")


def plain_text(text: str) -> str:
    """Return an answer without Markdown, on one line."""
    text = clean(text, max_chars=_MAX_CHARS)
    for pattern, replacement in _MARKUP:
        text = pattern.sub(replacement, text)
    return " ".join(clean(html.unescape(text)).split())


def words_of(text: str, *, lang: str | None = None, exact: bool = False) -> list[Word]:
    """Split ``text`` into words; what folds to nothing is left out.

    Chinese, Japanese and Thai, which write no spaces, give a word for each character.
    """
    text = _DASH.sub(" ", _DECIMAL.sub(".", _THOUSANDS.sub("", unicodedata.normalize("NFC", text))))
    words: list[Word] = []
    for shown in text.split():
        folded = fold(shown, lang=lang, exact=exact)
        if _SPACELESS.search(folded):
            words.extend(Word(char, char) for char in folded)
        elif folded:
            words.append(Word(shown, folded))
    return words


def fold(word: str, *, lang: str | None = None, exact: bool = False) -> str:
    """Return ``word`` as it is compared. With ``exact`` the accents stay."""
    folded = word.casefold()
    if exact:
        folded = unicodedata.normalize("NFC", folded)
    else:
        folded = _ACCENT.sub("", unicodedata.normalize("NFKD", folded)).casefold()
        folded = unicodedata.normalize("NFC", folded).translate(_LETTERS)
        if (lang or "").split("-", 1)[0].lower() == "la":
            folded = folded.translate(_LATIN)
    return "".join(_kept(folded)).strip(".")


def _kept(word: str) -> list[str]:
    """Return the characters that count: letters, figures, marks, and signs with a meaning."""
    kept: list[str] = []
    for at, char in enumerate(word):
        category = unicodedata.category(char)
        if category[0] in "LNM" or category in {"Sm", "Sc", "So"} or char in _KEPT:
            kept.append(char)
        elif char in ".-\u2212" and word[at + 1 : at + 2].isdigit():
            if char == ".":
                kept.append("." if kept and kept[-1].isdigit() else "")
            elif not kept:
                kept.append("-")
    return kept
