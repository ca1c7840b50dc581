"""Digits, abbreviations and signs: what a voice reads in its own way."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import TYPE_CHECKING, Final

from recalliq_tui.domain.proofing.kinds import Finding, ProofKind, quoted
from recalliq_tui.domain.proofing.tables import ABBREVIATIONS, CLEAR_ABROAD

if TYPE_CHECKING:
    from collections.abc import Iterator

    from recalliq_tui.domain.proofing.kinds import Said

_ANY_NUMBER: Final = re.compile(r"\d[\d.,:/ \u00a0\u202f–-]{0,40}\d|\d")  # noqa: RUF001
_UNCLEAR: Final = re.compile(
    r"\b\d{1,4}(?:[./-]\d{1,4}){2,7}\b"  # a date, a version, an address
    r"|\b\d{1,5}\s?[–-]\s?\d{1,5}\b"  # noqa: RUF001  (a range, or minus)
    r"|\b\d{1,4}/\d{1,4}\b"
    r"|\b\d{1,3}\.\d{3}\b"  # thousands, or three decimals
    r"|(?<![\d.,])\d{5,}(?![\d,])"
    r"|\b0\d+\b(?![.,])"
    r"|\b\d+(?:\.\d+)?[eE][+-]?\d+\b"
)
_ROMAN: Final = re.compile(r"\b(?=[IVX]{2,}\b)X{0,3}(?:IX|IV|V?I{0,3})\b")
_SLASHED: Final = re.compile(r"(?<!\w)[^\W\d_]{2,}/[^\W\d_]{2,}")
_UNCLEAR_SIGNS: Final = frozenset("←↑→↓↔⇒⇔≈≠≤≥±∞√∑∏∫∂∇∈∉⊂⊆∪∩∀∃′″¶†‡^~<>|²³¹⁰⁴⁵⁶⁷⁸⁹₀₁₂₃₄₅₆₇₈₉")  # noqa: RUF001
_MOST: Final = 3


def digits(said: Said) -> Iterator[Finding]:
    """Yield numbers that a voice may read in another way than meant.

    In English only those that can be read in two ways; elsewhere every number, because voices of
    several languages say short texts' digits in a language of their own choice.
    """
    if said.replaced:
        return
    pattern = _UNCLEAR if said.language == "en" else _ANY_NUMBER
    numbers = [match.group() for match in pattern.finditer(said.text)]
    numbers += [match.group() for match in _ROMAN.finditer(said.text)]
    shown = list(dict.fromkeys(numbers))[:_MOST]
    if shown:
        yield Finding(
            ProofKind.DIGITS,
            f"digits that may be misread: {', '.join(map(quoted, shown))}",
            f"{said.remedy} would make sure",
        )


def abbreviations(said: Said) -> Iterator[Finding]:
    """Yield the abbreviations of the language."""
    if said.replaced:
        return
    pattern = _abbreviations(said.language)
    if pattern is None:
        return
    shown = list(dict.fromkeys(match.group() for match in pattern.finditer(said.text)))[:_MOST]
    if shown:
        yield Finding(
            ProofKind.ABBREVIATION,
            f"abbreviated: {', '.join(map(quoted, shown))}",
            f"the whole word, or {said.remedy} would make sure",
        )


@cache
def _abbreviations(lang: str) -> re.Pattern[str] | None:
    known = ABBREVIATIONS.get(lang)
    if known is None:
        return None
    longest_first = sorted(known, key=len, reverse=True)
    return re.compile(rf"(?<![\w.])(?:{'|'.join(map(re.escape, longest_first))})(?!\w)")


def symbols(said: Said) -> Iterator[Finding]:
    """Yield signs and pictures that are read out by their name, or not at all."""
    if said.replaced:
        return
    unclear = _UNCLEAR_SIGNS if said.language == "en" else _UNCLEAR_SIGNS | CLEAR_ABROAD
    found = [sign for sign in said.text if sign in unclear or _is_picture(sign)]
    found += [match.group() for match in _SLASHED.finditer(said.text)]
    shown = list(dict.fromkeys(found))[:_MOST]
    if shown:
        yield Finding(
            ProofKind.SYMBOL,
            f"signs that may not be said: {', '.join(map(quoted, shown))}",
            f"words for them, or {said.remedy}",
        )


def _is_picture(sign: str) -> bool:
    return unicodedata.category(sign) == "So" and sign not in CLEAR_ABROAD
