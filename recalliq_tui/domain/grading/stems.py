"""Word stems by language: Snowball where there is one, a small one for Latin, else the word."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

_SNOWBALL: Final = {
    "ar": "arabic", "ca": "catalan", "cs": "czech", "da": "danish", "de": "german", "el": "greek",
    "en": "english", "eo": "esperanto", "es": "spanish", "et": "estonian", "eu": "basque",
    "fi": "finnish", "fr": "french", "ga": "irish", "hi": "hindi", "hu": "hungarian",
    "hy": "armenian", "id": "indonesian", "it": "italian", "lt": "lithuanian", "nb": "norwegian",
    "ne": "nepali", "nl": "dutch", "nn": "norwegian", "no": "norwegian", "pl": "polish",
    "pt": "portuguese", "ro": "romanian", "ru": "russian", "sr": "serbian", "sv": "swedish",
    "ta": "tamil", "tr": "turkish", "yi": "yiddish",
}  # fmt: skip
_LATIN_ENDINGS: Final = (
    "ibus", "arum", "orum", "erunt", "abat", "ebat", "avit", "ivit", "unt", "ant", "ent", "ius",
    "ium", "tur", "mus", "tis", "bus", "ae", "am", "as", "em", "es", "is", "os", "us", "um", "it",
    "et", "at", "ei", "ud", "a", "e", "i", "o", "u",
)  # fmt: skip
_MIN_LATIN: Final = 3


@lru_cache(maxsize=16384)
def stem(word: str, tongue: str) -> str:
    """Stem of a folded word. A stemmer holds state, so that each miss makes its own."""
    if tongue == "la":
        return _latin(word)
    algorithm = _SNOWBALL.get(tongue)
    if algorithm is None or not word.isalpha():
        return word
    import snowballstemmer  # noqa: PLC0415  (loads forty modules, when first needed)

    return str(snowballstemmer.stemmer(algorithm).stemWord(word))


def _latin(word: str) -> str:
    for ending in _LATIN_ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _MIN_LATIN:
            return word[: -len(ending)]
    return word
