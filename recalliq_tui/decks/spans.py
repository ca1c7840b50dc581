"""Finds the parts of Markdown text in which brackets and comments mean nothing special.

One pass over the text, cheap also for hostile input: each failed search for a closing mark is
remembered, so that a thousand stray backticks don't cost a thousand scans.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from enum import Enum, auto
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator


class Kind(Enum):
    FENCE = auto()
    CODE = auto()
    MATH = auto()
    COMMENT = auto()
    MARKUP = auto()
    """An HTML tag or an address in angle brackets."""
    ESCAPE = auto()
    OPEN = auto()
    """``[`` or ``![``"""
    CLOSE = auto()
    """``]``, with the link target that follows it, if any."""


class Span(NamedTuple):
    """A half-open range of code points in the text."""

    kind: Kind
    start: int
    end: int


_SPECIAL: Final = re.compile(r"[`$\\<\[\]~]|!\[")
_FENCE: Final = re.compile(r"(`{3,}|~{3,})([^\n]*)")
_FENCE_LINE: Final = re.compile(r"^[ \t]*(`{3,}|~{3,})[ \t]*$", re.MULTILINE)
_TICKS: Final = re.compile(r"`+")
_ESCAPE: Final = re.compile(r"\\[!-/:-@\[-`{-~]")
_INLINE_MATH: Final = re.compile(r"\$(?=[^\s$])(?:[^$\\\n]|\\.|\n(?![ \t]*\n))++\$(?!\d)")
_MARKUP: Final = re.compile(r"</?[A-Za-z][^<>\n]*+>")
_TARGET: Final = re.compile(r"\((?:[^()\\\n]|\\.|\((?:[^()\\\n]|\\.)*+\))*+\)")


def spans(text: str) -> Iterator[Span]:
    """Yield the spans of ``text`` in order; they don't overlap."""
    finder = _Finder(text)
    pos = 0
    while (match := _SPECIAL.search(text, pos)) is not None:
        span = finder.span_at(match.start(), match.group())
        if span is None:
            pos = finder.after_run(match.start())
            continue
        yield span
        pos = span.end


class _Finder:
    """Knows what closes what in one text, and which searches failed already."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._absent: dict[str, int] = {}
        self._ticks: dict[int, list[int]] | None = None

    def after_run(self, start: int) -> int:
        """Return where to go on after a special character that opened nothing."""
        if self._text[start] == "`":
            run = _TICKS.match(self._text, start)
            return run.end() if run else start + 1
        return start + 1

    def span_at(self, start: int, char: str) -> Span | None:
        match char:
            case "`":
                span = self._fence(start) or self._code(start)
            case "~":
                span = self._fence(start)
            case "$":
                span = self._math(start)
            case "\\":
                escape = _ESCAPE.match(self._text, start)
                span = Span(Kind.ESCAPE, start, escape.end()) if escape else None
            case "<":
                span = self._angle(start)
            case "]":
                target = _TARGET.match(self._text, start + 1)
                span = Span(Kind.CLOSE, start, target.end() if target else start + 1)
            case _:
                span = Span(Kind.OPEN, start, start + len(char))
        return span

    def _find(self, what: str, start: int) -> int:
        """Like ``str.find``, but a search that failed isn't made again further on."""
        if self._absent.get(what, len(self._text) + 1) <= start:
            return -1
        found = self._text.find(what, start)
        if found < 0:
            self._absent[what] = start
        return found

    def _fence(self, start: int) -> Span | None:
        text = self._text
        if text[text.rfind("\n", 0, start) + 1 : start].strip(" \t"):
            return None
        opening = _FENCE.match(text, start)
        if opening is None or (text[start] == "`" and "`" in opening[2]):
            return None
        if self._absent.get(opening[1], len(text) + 1) <= start:
            return None
        for line in _FENCE_LINE.finditer(text, opening.end()):
            if line[1].startswith(opening[1]):
                return Span(Kind.FENCE, start, line.end())
        self._absent[opening[1]] = start
        return None

    def _code(self, start: int) -> Span | None:
        opening = _TICKS.match(self._text, start)
        if opening is None:
            return None
        if self._ticks is None:
            self._ticks = {}
            for run in _TICKS.finditer(self._text, start):
                self._ticks.setdefault(len(run.group()), []).append(run.start())
        length = len(opening.group())
        starts = self._ticks.get(length, [])
        index = bisect_right(starts, start)
        return Span(Kind.CODE, start, starts[index] + length) if index < len(starts) else None

    def _math(self, start: int) -> Span | None:
        if self._text.startswith("$$", start):
            end = self._find("$$", start + 2)
            return Span(Kind.MATH, start, end + 2) if end >= 0 else None
        inline = _INLINE_MATH.match(self._text, start)
        if inline is None or self._text[inline.end() - 2].isspace():
            return None
        return Span(Kind.MATH, start, inline.end())

    def _angle(self, start: int) -> Span | None:
        if self._text.startswith("<!--", start):
            end = self._find("-->", start + 4)
            return Span(Kind.COMMENT, start, end + 3) if end >= 0 else None
        markup = _MARKUP.match(self._text, start)
        return Span(Kind.MARKUP, start, markup.end()) if markup else None
