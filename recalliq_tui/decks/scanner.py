"""Cuts a deck file into segments: a tag with all the text up to the next tag or separator.

Code fences and HTML comments are opaque here: a ``Q:`` inside one is text. A Markdown heading
between notes belongs to none of them (as in hashcards); its line is left blank.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from recalliq_tui.decks.report import Report


@dataclass(slots=True)
class Segment:
    """One tag's text. ``tag`` is one of ``Q A C P``, ``-`` after a separator, or empty at the
    start. Lines count from 1; ``end_line`` is the last line with text. A ``broken`` segment holds
    an error that was reported already.
    """

    tag: str
    line: int
    text: str
    end_line: int
    broken: bool = False


_EVENT: Final = re.compile(
    r"^(?:(?P<tag>[QACP]):|[ \t]*(?:(?P<fence>`{3,}|~{3,})|(?P<separator>---[ \t]*$)"
    r"|(?P<comment><!--))|(?P<heading>#{1,6}(?=[ \t\n]|\Z)))",
    re.MULTILINE,
)
_FENCE: Final = re.compile(r"[ \t]*(`{3,}|~{3,})([^\n]*)")
_FENCE_LINE: Final = re.compile(r"^[ \t]*(`{3,}|~{3,})([^\n]*)$", re.MULTILINE)
_NOTE_START: Final = re.compile(r"^(?:[QC]:|---[ \t]*$)", re.MULTILINE)


class Scanner:
    """Reads segments from ``text``, whose first line is line ``first_line`` of the file."""

    def __init__(self, text: str, report: Report, *, first_line: int, passages: bool) -> None:
        self._text = text
        self._report = report
        self._passages = passages
        self._line = first_line
        self._counted = 0
        self._hopeless: dict[str, int] = {}
        self._no_comment_end = False

    def segments(self) -> Iterator[Segment]:
        text = self._text
        tag, line, start = "", self._line, 0
        parts: list[str] = []
        broken = False
        pos = 0
        while (event := _EVENT.search(text, pos)) is not None:
            at, pos = event.start(), event.end()
            match event.lastgroup:
                case "tag" | "separator" if event[0] != "P:" or self._passages:
                    parts.append(text[start:at])
                    yield _segment(tag, line, parts, broken=broken)
                    tag = event["tag"] or "-"
                    line, start, parts, broken = self._line_of(at), pos, [], False
                    pos, broken = self._skip_fence(pos) if event["tag"] else (pos, False)
                case "fence":
                    pos, bad = self._skip_fence(at)
                    broken = broken or bad
                case "comment":
                    pos, bad = self._skip_comment(pos)
                    broken = broken or bad
                case "heading":
                    parts.append(text[start:at])
                    end = text.find("\n", at)
                    pos = start = len(text) if end < 0 else end
                case _:
                    pass
        parts.append(text[start:])
        yield _segment(tag, line, parts, broken=broken)

    def _line_of(self, offset: int) -> int:
        """Return the line of ``offset``; offsets only grow from call to call."""
        self._line += self._text.count("\n", self._counted, offset)
        self._counted = offset
        return self._line

    def _skip_fence(self, at: int) -> tuple[int, bool]:
        """Return where text goes on after the fence at ``at``, and whether it is unclosed.

        A fence that never closes, or only after another note's fence has opened, is reported and
        taken as text, so that the notes after it are not swallowed.
        """
        opening = _FENCE.match(self._text, at)
        if opening is None or (opening[1][0] == "`" and "`" in opening[2]):
            return at if opening is None else opening.end(1), False
        char, length = opening[1][0], len(opening[1])
        end = None
        if length < self._hopeless.get(char, length + 1):
            end = self._fence_end(opening.end(), fence=opening[1])
            if end is None:
                self._hopeless[char] = length
        if end is not None and end >= 0:
            return end, False
        self._report.error(
            self._line_of(at),
            "a code fence is never closed",
            f"write {opening[1]} on a line of its own after the code",
        )
        return opening.end(), True

    def _fence_end(self, start: int, *, fence: str) -> int | None:
        """Return the end of the closing line, -1 if a later note's fence opens first."""
        searched = start
        for line in _FENCE_LINE.finditer(self._text, start):
            if not line[1].startswith(fence):
                continue
            if not line[2].strip():
                return line.end()
            if "`" not in line[2]:
                if _NOTE_START.search(self._text, searched, line.start()):
                    return -1
                searched = line.start()
        return None

    def _skip_comment(self, at: int) -> tuple[int, bool]:
        end = -1 if self._no_comment_end else self._text.find("-->", at)
        if end >= 0:
            return end + 3, False
        self._no_comment_end = True
        self._report.error(
            self._line_of(at),
            "a comment <!-- is never closed",
            "end it with -->",
        )
        return at, True


def _segment(tag: str, line: int, parts: list[str], *, broken: bool) -> Segment:
    text = parts[0] if len(parts) == 1 else "".join(parts)
    stripped = text.rstrip()
    return Segment(tag, line, text, line + stripped.count("\n"), broken)
