"""Dictionaries for proofing, loaded when a language is first asked for."""

from __future__ import annotations

import unicodedata
from bisect import bisect_left
from functools import cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from spellchecker import SpellChecker

LANGUAGES: Final = frozenset({"de", "en", "es", "fr", "it", "nl", "pt"})
"""Languages whose dictionary is large enough to say that a word is wrong."""

_STEMMERS: Final = {"es": "spanish", "fr": "french", "it": "italian"}
"""Languages whose dictionary lacks many forms of the words it knows."""
_DIPHTHONGS: Final = (("ie", "e"), ("ue", "o"))
"""What stems of Spanish verbs turn into where they are stressed: atender, atiendo."""
_LONG: Final = 5
"""Shorter words are near to many others; in them only swapped letters and accents count."""
_COMMON: Final = 50
"""How often a word must occur in the dictionary's texts to be what somebody meant."""
_BRITISH: Final = (
    ("our", "or"), ("re", "er"), ("ise", "ize"), ("isa", "iza"), ("isi", "izi"), ("yse", "yze"),
    ("ll", "l"), ("ae", "e"), ("oe", "e"), ("ogue", "og"), ("ence", "ense"), ("mme", "m"),
    ("ph", "f"), ("grey", "gray"), ("que", "ck"), ("y", "i"), ("l", "ll"),
)  # fmt: skip


class DictionarySpeller:
    """Says which words are likely misspelled: unknown, and one slip away from a common word.

    ``also`` are further languages of the deck: a word of one of them is no mistake.
    """

    def __init__(self, also: Collection[str] = ()) -> None:
        self._also = tuple(sorted(LANGUAGES & set(also)))

    def misspelled(self, words: Collection[str], lang: str) -> Mapping[str, str]:
        """See :class:`recalliq_tui.domain.proofing.Speller`."""
        if lang not in LANGUAGES or not words:
            return {}
        others = [each for each in self._also if each != lang]
        return {
            word: meant
            for word in sorted(words)
            if (meant := _meant(word, lang)) is not None
            and not any(_is_known(word, other) for other in others)
        }


_PREFIXES: Final = (
    "anti", "co", "counter", "cyber", "de", "hyper", "inter", "micro", "mid", "mis", "multi", "non",
    "out", "over", "pre", "re", "semi", "sub", "super", "trans", "un", "under", "up",
)  # fmt: skip


def _meant(word: str, lang: str) -> str | None:
    """The common word that ``word`` is one slip away from, if it is no word itself."""
    if _is_known(word, lang):
        return None
    book = _book(lang)
    best = book.correction(word)
    if best is None or best == word or book[best] < _COMMON:
        return None
    if _bare(best) == _bare(word):
        return best if _accents(best) > _accents(word) else None
    if len(word) < _LONG and sorted(word) != sorted(best):
        return None
    if lang == "en" and (_is_british(word, best) or _is_prefixed(word, lang)):
        return None
    return None if _is_inflected(word, lang) else best


def _is_known(word: str, lang: str) -> bool:
    book = _book(lang)
    parts = [part for part in word.replace("’", "'").split("'") if part]  # noqa: RUF001
    whole = word.replace("’", "'")  # noqa: RUF001
    return whole in book or (len(parts) > 1 and all(p in book or len(p) <= 2 for p in parts))  # noqa: PLR2004


def _is_british(word: str, other: str) -> bool:
    return any(
        british in word and word.replace(british, american) == other
        for british, american in _BRITISH
    )


def _is_prefixed(word: str, lang: str) -> bool:
    """Whether an English word is a known one behind a common prefix: ``preload``."""
    return any(word.startswith(each) and word[len(each) :] in _book(lang) for each in _PREFIXES)


def _is_inflected(word: str, lang: str) -> bool:
    """Whether the dictionary, where it is a poor one, has another form of the same word."""
    if lang not in _STEMMERS:
        return False
    roots = [word.replace(*change) for change in _DIPHTHONGS] if lang == "es" else []
    return any(_has_form(root, lang) for root in dict.fromkeys([word, *roots]))


def _has_form(word: str, lang: str) -> bool:
    stem = _stem(word, lang)
    if len(stem) < 3:  # noqa: PLR2004  (a shorter stem says little)
        return False
    known = _sorted_words(lang)
    at = bisect_left(known, stem)
    while at < len(known) and known[at].startswith(stem):
        if _stem(known[at], lang) == stem:
            return True
        at += 1
    return False


def _bare(word: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c))


def _accents(word: str) -> int:
    return sum(map(bool, map(unicodedata.combining, unicodedata.normalize("NFD", word))))


def _stem(word: str, lang: str) -> str:
    import snowballstemmer  # noqa: PLC0415

    return str(snowballstemmer.stemmer(_STEMMERS[lang]).stemWord(word))


@cache
def _book(lang: str) -> SpellChecker:
    from spellchecker import SpellChecker  # noqa: PLC0415  (0.1 to 0.5 s for each language)

    return SpellChecker(language=lang, distance=1)


@cache
def _sorted_words(lang: str) -> Sequence[str]:
    return sorted(_book(lang))
