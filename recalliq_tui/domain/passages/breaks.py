"""Where the lines of a text break: proposals for plain text, and which lines an edit moved."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from recalliq_tui.domain.passages.progress import fingerprint

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

LONG: Final = 60
"""Longer lines than this many characters are proposed to break at a stop or a comma."""
_SHORT: Final = 16
_RULE: Final = re.compile(r"[-*_=~\u2014\u2013\s]+\Z")
"""A line of signs that parts stanzas."""
_STOP: Final = re.compile(r"(?<=[.,;:!?\u05c3\u060c\u061b\u061f])\s+|\s+(?=[\u2014\u2013]\s)")

Stanzas = tuple[tuple[str, ...], ...]


def propose(text: str) -> Stanzas:
    """Stanzas of lines from plain text: its own breaks, and long lines broken where one breathes.

    A paragraph that was wrapped at a fixed width can't be told from verse: its breaks stay.
    """
    stanzas: list[tuple[str, ...]] = []
    current: list[str] = []
    for raw in text.split("\n"):
        line = " ".join(raw.split())
        if line and not _RULE.match(line):
            current += broken(line)
        elif current:
            stanzas.append(tuple(current))
            current = []
    if current:
        stanzas.append(tuple(current))
    return tuple(stanzas)


def broken(line: str, *, longest: int = LONG) -> list[str]:
    """A long line as several, each broken after a stop; one without a stop stays."""
    if len(line) <= longest:
        return [line]
    pieces = [piece for piece in _STOP.split(line) if piece]
    found = [pieces[0]] if pieces else []
    for piece in pieces[1:]:
        joined = f"{found[-1]} {piece}"
        if len(found[-1]) < _SHORT or len(piece) < _SHORT or len(joined) <= longest // 2:
            found[-1] = joined
        else:
            found.append(piece)
    return found


Breaks = tuple[int, ...]
"""After which words a break stands: 0 none, 1 a new line, 2 a new stanza; one for each word."""


def words_and_breaks(stanzas: Iterable[Sequence[str]]) -> tuple[tuple[str, ...], Breaks]:
    """The words of a text in order, and the break after each of them."""
    words: list[str] = []
    breaks: list[int] = []
    for stanza in stanzas:
        for line in stanza:
            each = line.split()
            words += each
            breaks += [0] * (len(each) - 1) + [1] * bool(each)
        if breaks:
            breaks[-1] = 2
    return tuple(words), tuple(breaks)


def joined(words: Sequence[str], breaks: Sequence[int]) -> Stanzas:
    """Undo :func:`words_and_breaks`; the end of the text is a break whatever ``breaks`` says."""
    stanzas: list[tuple[str, ...]] = []
    lines: list[str] = []
    line: list[str] = []
    for number, (word, after) in enumerate(zip(words, breaks, strict=True), start=1):
        line.append(word)
        if after or number == len(words):
            lines.append(" ".join(line))
            line = []
        if after > 1 or number == len(words):
            stanzas.append(tuple(lines))
            lines = []
    return tuple(stanzas)


def moved_lines(old: Sequence[str], new: Sequence[str]) -> tuple[tuple[int, int], ...]:
    """Lines of ``old`` that stand at another index in ``new``, as ``(from, to)``.

    In an order in which progress can be moved one by one: a place is empty before something
    moves there. Lines that only changed places with each other in a ring stay out.
    """
    places: dict[str, list[int]] = {}
    for index, line in enumerate(new):
        places.setdefault(fingerprint(line), []).append(index)
    moves: dict[int, int] = {}
    taken: set[int] = set()
    for index, line in enumerate(old):
        known = [place for place in places.get(fingerprint(line), ()) if place not in taken]
        if not known:
            continue
        place = index if index in known else known[0]
        taken.add(place)
        if place != index:
            moves[index] = place
    ordered: list[tuple[int, int]] = []
    while moves:
        free = next((a for a, b in moves.items() if b not in moves), None)
        if free is None:
            break
        ordered.append((free, moves.pop(free)))
    return tuple(ordered)
