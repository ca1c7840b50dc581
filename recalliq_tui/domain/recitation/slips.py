"""Tells a slip of the fingers from another word."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from recalliq_tui.domain.recitation.folding import language
from recalliq_tui.domain.recitation.wordlists import common_words

if TYPE_CHECKING:
    from collections.abc import Collection

_SHORT: Final = 3
_MIDDLE: Final = 7
# Endings by which two words of one stem differ in meaning: nostri is no slip for nostra.
_ENDINGS_OF: Final = {
    "la": """a ae am as is o os um us i e em es ibus u uum ui ei erum arum orum at et it ant ent
        unt or ur tur mus tis te s m t nt r er bis bit bat bant""",
    "es": "a o e as os es is amos emos imos an en on ad ed id aste iste io ia",
    "it": "a o e i ai ei",
    "pt": "a o e as os es ao oes",
}
_ENDINGS: Final = {tongue: frozenset(text.split()) for tongue, text in _ENDINGS_OF.items()}
_HEBREW_PREFIXES: Final = frozenset("והבכלמש")


def allowed_slips(length: int) -> int:
    """Slips forgiven in a word of so many letters: 0 up to 3, 1 up to 7, else 2."""
    return 0 if length <= _SHORT else 1 if length <= _MIDDLE else 2


def is_near(typed: str, expected: str) -> bool:
    """Whether folded ``typed`` looks like folded ``expected``, be it a word itself or not."""
    from rapidfuzz.distance import OSA  # noqa: PLC0415  (loads in 10 to 50 ms, when first needed)

    allowed = allowed_slips(len(expected))
    if not allowed or abs(len(typed) - len(expected)) > allowed:
        return False
    if not expected.isalpha() or not typed.isalpha():
        return False
    return OSA.distance(typed, expected, score_cutoff=allowed) <= allowed


def is_slip(typed: str, expected: str, *, lang: str | None, known: Collection[str]) -> bool:
    """Whether folded ``typed`` is folded ``expected`` with a slip of the fingers.

    ``known`` are folded words that are never slips: those of the text itself, besides the
    language's common words. Another ending or a Hebrew prefix is another word, too.
    """
    if typed in known or typed in common_words(lang) or not is_near(typed, expected):
        return False
    tongue = language(lang)
    if tongue == "he":
        return not _differ_by_prefix(typed, expected)
    endings = _ENDINGS.get(tongue)
    return endings is None or not _differ_by_ending(typed, expected, endings)


def _differ_by_ending(one: str, other: str, endings: frozenset[str]) -> bool:
    stem = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        stem += 1
    cuts = range(stem, max(stem - 3, 1), -1)
    return any({one[cut:], other[cut:]} <= endings for cut in cuts)


def _differ_by_prefix(one: str, other: str) -> bool:
    return (
        (one[1:] == other and one[0] in _HEBREW_PREFIXES)
        or (other[1:] == one and other[0] in _HEBREW_PREFIXES)
        or (one[1:] == other[1:] and {one[0], other[0]} <= _HEBREW_PREFIXES)
    )
