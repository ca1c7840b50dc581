"""Reads the holes of a cloze note and makes the faces of its cards."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from recalliq_tui.decks.report import quote
from recalliq_tui.decks.spans import Kind, Span, spans
from recalliq_tui.domain.cards import Face
from recalliq_tui.textsafe import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MAX_HOLES: Final = 100
"""Each hole repeats the whole text on a card of its own."""

MAX_TOTAL: Final = 1_000_000
"""Most characters that the fronts of one note may have together."""

PLACEHOLDER: Final = "…"
_GROUP: Final = re.compile(r"c([1-9]\d{0,2})::")
_DEFINITION: Final = re.compile(
    r"^ {0,3}\[([^\[\]\n]+)\]:[ \t]+<?(?:\w+://|[./#])\S*", re.MULTILINE
)
_MAX_HINT: Final = 80


@dataclass(frozen=True, slots=True)
class Hole:
    """Hidden words. ``start`` and ``end`` are the range of the words in the clean text."""

    start: int
    end: int
    group: int | None
    hint: str | None


@dataclass(frozen=True, slots=True)
class Cloze:
    """A cloze note's text without brackets, and its holes in order."""

    text: str
    holes: tuple[Hole, ...]


@dataclass(frozen=True, slots=True)
class BadCloze:
    """Why a cloze note can't be used; ``offset`` is where in its text."""

    offset: int
    found: str
    expected: str


def read_cloze(text: str) -> Cloze | BadCloze:
    """Find the holes of ``text``. Brackets in code, math, links and images are no holes."""
    pairs = _pairs(text)
    if isinstance(pairs, BadCloze):
        return pairs
    pieces: list[str] = []
    holes: list[Hole] = []
    done = length = 0
    for start, end in pairs:
        words, group, hint = _parts(text[start + 1 : end])
        if not words.strip():
            return BadCloze(
                start, "a hole with nothing in it", r"write [words], or \[ for a bracket"
            )
        before = text[done:start]
        length += len(before)
        holes.append(Hole(length, length + len(words), group, hint))
        pieces += (before, words)
        length += len(words)
        done = end + 1
    pieces.append(text[done:])
    if not holes:
        return BadCloze(0, "a cloze without a hole", "put what is asked for in brackets: [words]")
    if len(holes) > MAX_HOLES or len(holes) * len(text) > MAX_TOTAL:
        found = f"{len(holes)} holes in a note of {len(text):,} characters"
        return BadCloze(0, found, f"at most {MAX_HOLES} holes, fewer in a long text")
    return Cloze("".join(pieces), tuple(holes))


def _pairs(text: str) -> list[tuple[int, int]] | BadCloze:
    """Return the offsets of the outermost brackets that are holes."""
    found_definitions = list(_DEFINITION.finditer(text))
    definitions = {match.start(1) - 1: match.end() for match in found_definitions}
    labels = {match[1].casefold() for match in found_definitions}
    found: list[tuple[int, int]] = []
    stack: list[tuple[int, bool]] = []
    skip = 0
    for span in spans(text):
        if span.start in definitions:
            skip = definitions[span.start]
        if span.start < skip:
            continue
        if span.kind is Kind.OPEN:
            stack.append((span.start, text[span.start] == "!"))
        elif span.kind is Kind.CLOSE and stack:
            start, image = stack.pop()
            link = _link_end(text, span, labels=labels)
            if image or link:
                while found and found[-1][0] > start:
                    found.pop()
                skip = link or span.start + 1
            elif not stack and not text.startswith("[sound:", start):
                found.append((start, span.start))
    unclosed = [start for start, image in stack if not image]
    return _unclosed(text, unclosed[0]) if unclosed else found


def _unclosed(text: str, start: int) -> BadCloze:
    line = text[start : start + 40].split("\n", 1)[0]
    return BadCloze(
        start, f"a hole is never closed: {quote(line)}", r"add ], or write \[ for a bracket"
    )


def _link_end(text: str, close: Span, *, labels: set[str]) -> int:
    """Return where the link that ``close`` belongs to ends; 0 where it is no link."""
    if close.end > close.start + 1:
        return close.end
    if labels and text.startswith("[", close.end):
        end = text.find("]", close.end)
        if end > 0 and text[close.end + 1 : end].casefold() in labels:
            return end + 1
    return 0


def _parts(inner: str) -> tuple[str, int | None, str | None]:
    """Split ``c1::words::hint`` into words, group and hint; anything else is words."""
    match = _GROUP.match(inner)
    if match is None:
        return inner, None, None
    rest = inner[match.end() :]
    visible = rest
    for span in spans(rest):
        if span.kind in {Kind.CODE, Kind.MATH, Kind.FENCE}:
            visible = visible[: span.start] + " " * (span.end - span.start) + visible[span.end :]
    at = visible.find("::")
    if at < 0:
        return rest, int(match[1]), None
    hint = one_line(rest[at + 2 :], max_chars=_MAX_HINT)
    return rest[:at], int(match[1]), hint or None


def cloze_faces(cloze: Cloze) -> Iterator[tuple[int, Face, Face]]:
    """Yield each card's number, front and back.

    Holes of one group share a card, under the group's number. The others take the lowest free
    numbers in their order.
    """
    taken = {hole.group for hole in cloze.holes if hole.group is not None}
    free = (n for n in range(1, len(taken) + len(cloze.holes) + 1) if n not in taken)
    groups: dict[int, list[Hole]] = {}
    for hole in cloze.holes:
        number = next(free) if hole.group is None else hole.group
        groups.setdefault(number, []).append(hole)
    for number in sorted(groups):
        hidden = groups[number]
        yield number, _front(cloze.text, hidden), _back(cloze.text, hidden)


def _front(text: str, hidden: Sequence[Hole]) -> Face:
    pieces: list[str] = []
    marks: list[tuple[int, int]] = []
    done = length = 0
    for hole in hidden:
        shown = f"[{hole.hint or PLACEHOLDER}]"
        pieces += (text[done : hole.start], shown)
        length += hole.start - done
        marks.append((length, length + len(shown)))
        length += len(shown)
        done = hole.end
    pieces.append(text[done:])
    return Face("".join(pieces), tuple(marks))


def _back(text: str, hidden: Sequence[Hole]) -> Face:
    return Face(text, tuple((hole.start, hole.end) for hole in hidden))
