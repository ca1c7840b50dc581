"""Turns card text into what is said aloud: words only, no markup, nothing that can't be spoken."""

from __future__ import annotations

import html
import re
import unicodedata
from functools import cache
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from recalliq_tui.decks.mathwords import math_words
from recalliq_tui.decks.spans import Kind, spans
from recalliq_tui.decks.words import blank, primary
from recalliq_tui.domain.cards import CardKind, Side
from recalliq_tui.textsafe import clean

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from markdown_it import MarkdownIt
    from markdown_it.token import Token

    from recalliq_tui.domain.cards import Card, Face, Passage

MAX_SPOKEN: Final = 5_000
"""Longest text that is said, in characters."""

_MAX_SOURCE: Final = 50_000
_HOLE: Final = "\ue000"
_MATH: Final = "\ue001"
_TOUCHING: Final = re.compile("(?<=[\\w\ue000\ue001])(?=[\ue000\ue001])|(?<=[\ue000\ue001])(?=\\w)")
_PRIVATE: Final = re.compile("[\ue000-\uf8ff]")
_NEEDS_PARSER: Final = re.compile(
    r"[\\`*_\[\]<>#$|~&\n]|https?:|www\.|\A\s*(?:[-+]|\d+[.)])(?:\s|\Z)|^ {4}|\t|-{3}"
)
_SOUND: Final = re.compile(r"\[sound:[^\[\]\n]*\]")
_URL: Final = re.compile(r"(?:https?://|www\.)[^\s<>\"]+", re.IGNORECASE)
_TAG: Final = re.compile(r"<!--.*?(?:-->|\Z)|<[!/?]?[A-Za-z][^<>]*>", re.DOTALL)
_UNSEEN: Final = re.compile(r"<(script|style)\b.*?(?:</\1\s*>|\Z)", re.DOTALL | re.IGNORECASE)
_UNSEEN_TAG: Final = re.compile(r"</?(?:script|style)\b", re.IGNORECASE)
_STRAY: Final = re.compile(r"`+|\*{2,}|_{2,}|~{2,}|\ufffd")
_ENDS: Final = ".!?…:;,。！？；：،؟۔।"  # noqa: RUF001
_FULL_STOP: Final = {"ja": "。", "zh": "。", "hi": "।", "ur": "۔"}  # noqa: RUF001


def spoken(card: Card, side: Side) -> str:
    """Return what is said for one side of a card, or for both; empty when there is nothing to say.

    The author's ``say_front`` and ``say_back`` win, cleaned and cut. The result is NFC, on one
    line, without markup or control characters, and at most :data:`MAX_SPOKEN` characters long.
    """
    match side:
        case Side.FRONT:
            if card.say_front is not None:
                return _plain(card.say_front)
            return _face(card.front, card.front_lang, hidden=card.kind is CardKind.CLOZE)
        case Side.BACK:
            if card.say_back is not None:
                return _plain(card.say_back)
            return _face(card.back, card.back_lang, hidden=False)
        case Side.WHOLE:
            both = (spoken(card, Side.FRONT), spoken(card, Side.BACK))
            return _cut(_sentences([text for text in both if text], card.front_lang))


def spoken_passage(passage: Passage) -> str:
    """Return what is said for a whole passage: its lines, a full stop after each stanza."""
    if passage.say is not None:
        return _plain(passage.say)
    return _plain(_sentences([" ".join(stanza) for stanza in passage.stanzas], passage.lang))


def spoken_text(text: str, *, lang: str | None = None) -> str:
    """Return what is said for any Markdown text."""
    text = _PRIVATE.sub(" ", clean(text, max_chars=_MAX_SOURCE))
    if _NEEDS_PARSER.search(text) is None:
        return _plain(text)
    return _say(text, lang)


def _face(face: Face, lang: str | None, *, hidden: bool) -> str:
    if not hidden or not face.marks:
        return spoken_text(face.text, lang=lang)
    pieces: list[str] = []
    done = 0
    for start, end in face.marks:
        pieces += (_PRIVATE.sub(" ", face.text[done:start]), _HOLE)
        done = end
    pieces.append(_PRIVATE.sub(" ", face.text[done:]))
    return _say(clean("".join(pieces), max_chars=_MAX_SOURCE), lang)


def _say(text: str, lang: str | None) -> str:
    """Say Markdown in which holes and formulas are stood for by private characters."""
    formulas: list[str] = []
    source = _without_math(_SOUND.sub(" ", text), lang, formulas)
    try:
        tokens = _parser().parse(source)
    except RecursionError:
        return _plain(_TAG.sub(" ", text).replace(_HOLE, f" {blank(lang)} "))
    said = _sentences([part for part in _blocks(tokens) if part], lang)
    said = _TOUCHING.sub(" ", said)
    words = iter(formulas)
    said = re.sub(_MATH, lambda _: next(words, ""), said)
    return _plain(said.replace(_HOLE, blank(lang)))


def _without_math(text: str, lang: str | None, formulas: list[str]) -> str:
    if "$" not in text:
        return text
    pieces: list[str] = []
    done = 0
    for span in spans(text):
        if span.kind is Kind.MATH:
            formulas.append(math_words(text[span.start : span.end].strip("$"), lang))
            pieces += (text[done : span.start], _MATH)
            done = span.end
    pieces.append(text[done:])
    return "".join(pieces)


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt  # noqa: PLC0415  (45 ms, not before it is needed)

    return MarkdownIt("commonmark", {"maxNesting": 20}).enable(["table", "strikethrough"])


def _blocks(tokens: Sequence[Token]) -> Iterator[str]:
    """Yield the text of each paragraph, heading, list item and table row."""
    row: list[str] | None = None
    for token in tokens:
        match token.type:
            case "inline":
                text = " ".join(_inline(token.children or ()).split())
                if row is None:
                    yield text
                elif text:
                    row.append(text)
            case "tr_open":
                row = []
            case "tr_close":
                yield ", ".join(row or ())
                row = None
            case "html_block":
                yield html.unescape(_TAG.sub(" ", _UNSEEN.sub(" ", token.content))).strip()
            case _:
                pass


def _inline(children: Sequence[Token]) -> str:
    pieces: list[str] = []
    unseen = False
    for child in children:
        match child.type:
            case "html_inline" if _UNSEEN_TAG.match(child.content):
                unseen = not child.content.startswith("</")
            case _ if unseen:
                pass
            case "text":
                pieces.append(_URL.sub(_host, child.content))
            case "code_inline":
                pieces.append(child.content)
            case "softbreak" | "hardbreak":
                pieces.append(" ")
            case "html_inline" if child.content.lower().startswith(("<br", "<hr", "<p", "<li")):
                pieces.append(" ")
            case _:
                pass
    return "".join(pieces)


def _host(match: re.Match[str]) -> str:
    """Say an address by its host only."""
    address = match.group()
    try:
        host = urlsplit(address if "://" in address else f"https://{address}").hostname
    except ValueError:
        return ""
    return (host or "").removeprefix("www.")


def _sentences(parts: Sequence[str], lang: str | None) -> str:
    """Join blocks so that the voice pauses between them."""
    stop = _FULL_STOP.get(primary(lang), ".")
    parts = [part.strip() for part in parts if part.strip()]
    ended = [part if part[-1] in _ENDS else part + stop for part in parts[:-1]]
    return " ".join((*ended, *parts[-1:]))


def _plain(text: str) -> str:
    """Return words only: cleaned, NFC, single spaces, cut."""
    text = unicodedata.normalize("NFC", _PRIVATE.sub(" ", clean(text)))
    return _cut(" ".join(_STRAY.sub(" ", text).split()))


def _cut(text: str) -> str:
    if len(text) <= MAX_SPOKEN:
        return text
    head = text[:MAX_SPOKEN]
    end = max(head.rfind(f"{mark} ") + 1 for mark in ".!?")
    if end < MAX_SPOKEN // 2:
        end = head.rfind(" ")
    return head[: end if end > 0 else MAX_SPOKEN].rstrip()
