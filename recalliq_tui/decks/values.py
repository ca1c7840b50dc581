"""What the values of front matter and attributes may be, and how they are said to be wrong."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from recalliq_tui.decks.report import quote
from recalliq_tui.domain.voice import parse_voice
from recalliq_tui.textsafe import clean, one_line

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True)
class Bad:
    """A value that can't be used: what it is, and what it should be."""

    found: str
    expected: str


_ID: Final = re.compile(r"[a-z0-9_-]{1,64}\Z")
_LANG: Final = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8}){0,4}\Z")
_HUGE: Final = 10**15
_MAX_TEXT: Final = 20_000
_MAX_DECK_ID: Final = 200
_YEARS: Final = range(-4000, 3001)
_RETENTION: Final = (0.7, 0.99)


def check_value(key: str, value: object) -> object | Bad:
    """Return the cleaned value of ``key``, or what is wrong with it."""
    return _CHECKS[key](value)


def shown(value: object) -> str:
    """Return what kind of value was found, in an author's words."""
    match value:
        case bool():
            said = "true" if value else "false"
        case int() if abs(value) >= _HUGE:
            said = "a huge number"
        case int() | float():
            said = f"the number {value}"
        case str():
            said = f"the text {quote(value)}" if value else "an empty text"
        case list():
            said = "an array"
        case None:
            said = "null"
        case dict():
            said = "a table"
        case _:
            said = "a date or time"
    return said


def _text(value: object) -> object | Bad:
    if isinstance(value, str):
        cleaned = clean(value, max_chars=_MAX_TEXT).strip()
        if cleaned:
            return cleaned
        return Bad("empty", 'a text such as "…"')
    return Bad(shown(value), 'a text such as "…"')


def _line(value: object) -> object | Bad:
    text = _text(value)
    return one_line(text, max_chars=400) if isinstance(text, str) else text


def _flag(value: object) -> object | Bad:
    return value if isinstance(value, bool) else Bad(shown(value), "true or false")


def _matching(pattern: re.Pattern[str], expected: str) -> Callable[[object], object | Bad]:
    def check(value: object) -> object | Bad:
        if isinstance(value, str) and pattern.match(value):
            return value
        return Bad(shown(value), expected)

    return check


def _voice(value: object) -> object | Bad:
    if isinstance(value, str) and parse_voice(clean(value)) is not None:
        return clean(value).strip()
    return Bad(shown(value), 'provider:voice or provider:voice@model, such as "espeak:en-us"')


def _texts(value: object) -> object | Bad:
    expected = 'an array of texts such as ["one", "two"]'
    if not isinstance(value, list):
        return Bad(shown(value), expected)
    texts = [_text(item) for item in value]
    for item, text in zip(value, texts, strict=True):
        if not isinstance(text, str):
            return Bad(f"an array with {shown(item)}", expected)
    return tuple(texts)


def _variants(value: object) -> object | Bad:
    """Groups of words that count alike; an empty one in a group means that none is needed."""
    expected = 'an array of groups such as [["Holy Ghost", "Holy Spirit"]]'
    if not isinstance(value, list):
        return Bad(shown(value), expected)
    groups: list[tuple[str, ...]] = []
    for item in value:
        if not isinstance(item, list) or not all(isinstance(word, str) for word in item):
            return Bad(f"an array with {shown(item)} that is no group of texts", expected)
        groups.append(tuple(one_line(word) for word in item))
    return tuple(groups)


def _year(value: object) -> object | Bad:
    if isinstance(value, int) and not isinstance(value, bool) and value in _YEARS:
        return value
    return Bad(shown(value), "a year such as 1899")


def _retention(value: object) -> object | Bad:
    low, high = _RETENTION
    if isinstance(value, (int, float)) and not isinstance(value, bool) and low <= value <= high:
        return float(value)
    return Bad(shown(value), f"a number from {low} to {high}, such as 0.9")


def _deck_id(value: object) -> object | Bad:
    if isinstance(value, str):
        flat = one_line(value, max_chars=_MAX_DECK_ID + 1)
        if flat and flat == value and len(flat) <= _MAX_DECK_ID:
            return flat
    return Bad(shown(value), f"a text on one line of 1 to {_MAX_DECK_ID} characters")


_lang = _matching(_LANG, 'a language tag such as "es" or "pt-BR"')
_id = _matching(_ID, "1 to 64 of the characters a-z 0-9 _ -, in quotes")

_CHECKS: Final[dict[str, Callable[[object], object | Bad]]] = {
    "id": _id,
    "deck_id": _deck_id,
    "name": _line,
    "lang": _lang,
    "front_lang": _lang,
    "back_lang": _lang,
    "voice": _voice,
    "tags": _texts,
    "typed": _flag,
    "retention": _retention,
    "passages": _flag,
    "author": _line,
    "license": _line,
    "source": _line,
    "say": _text,
    "say_front": _text,
    "say_back": _text,
    "accept": _texts,
    "reverse": _flag,
    "points": _texts,
    "variants": _variants,
    "slug": _id,
    "translation_of": _line,
    "source_edition": _line,
    "year": _year,
}
