"""When each line and word of a text sounds in its clip, as far as that can be trusted.

Times that fail their checks are not used: word by word becomes line by line, that becomes none.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

EARLY_MS: Final = 40
LATE_MS: Final = 120
SLACK_MS: Final = 250
"""By so much the last word may end behind the clip."""
_ZERO_RUN: Final = 2
"""So many words in a row without length mean that the times are made up."""


class Precision(StrEnum):
    """How finely the sound can be followed."""

    WORD = "word"
    LINE = "line"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class TimedWord:
    """A word of the text: its line and index there, and when it sounds."""

    line: int
    index: int
    ms_from: int
    ms_to: int


@dataclass(frozen=True, slots=True)
class Timing:
    """What is known of a clip. ``words`` are empty unless to the word, ``lines`` (the times of
    each line's first and last sound) unless to the line. ``why`` says what failed."""

    precision: Precision
    duration_ms: int
    lines: tuple[tuple[int, int], ...] = ()
    words: tuple[TimedWord, ...] = ()
    why: str = ""

    def slice_of(self, first: int, last: int | None = None) -> tuple[int, int]:
        """Start and end in ms of lines ``first`` to ``last`` (inclusive) as they are cut out.

        40 ms early and 120 ms late, but never into a neighbour. Without times it is all of it.
        """
        last = first if last is None else last
        if self.precision is Precision.NONE:
            return 0, self.duration_ms
        start, end = self.lines[first][0] - EARLY_MS, self.lines[last][1] + LATE_MS
        if first > 0:
            start = max(start, self.lines[first - 1][1])
        if last + 1 < len(self.lines):
            end = min(end, self.lines[last + 1][0])
        start = max(0, min(start, self.lines[first][0]))
        return start, max(start, min(end, self.duration_ms))

    def word_at(self, ms: float) -> TimedWord | None:
        """The word that sounds at a time: it lasts until the next one of its line begins."""
        at = bisect_right(self.words, ms, key=lambda word: word.ms_from) - 1
        if at < 0:
            return None
        word = self.words[at]
        following = self.words[at + 1] if at + 1 < len(self.words) else None
        if following is not None and following.line == word.line:
            return word
        return word if ms < word.ms_to + LATE_MS else None

    def line_at(self, ms: float) -> int | None:
        """The line that sounds at a time, the pause after it included."""
        at = bisect_right(self.lines, ms, key=lambda times: times[0] - EARLY_MS) - 1
        return at if at >= 0 else None

    def next_change(self, ms: float) -> float | None:
        """When after ``ms`` another word or line begins; ``None`` when no more will."""
        starts = [word.ms_from for word in self.words] or [times[0] for times in self.lines]
        at = bisect_right(starts, ms)
        return starts[at] if at < len(starts) else None


def untimed(duration_ms: int, why: str) -> Timing:
    return Timing(Precision.NONE, duration_ms, why=why)


def make_timing(
    words: Sequence[TimedWord | None], *, sizes: Sequence[int], duration_ms: int
) -> Timing:
    """Check what a provider says and keep as much of it as holds.

    ``words`` has an element for each word of the text in order, ``None`` for one without a time;
    ``sizes`` are the numbers of words of each line.
    """
    known = [word for word in words if word is not None]
    if not known or not any(sizes):
        return untimed(duration_ms, "the voice gave no times")
    wrong = _wrong_words(words, sizes=sizes, duration_ms=duration_ms)
    lines = _lines(known, len(sizes))
    if lines is None:
        return untimed(duration_ms, wrong or "a line has no time")
    bad = _wrong_lines(lines, duration_ms)
    if bad:
        return untimed(duration_ms, bad)
    if wrong:
        return Timing(Precision.LINE, duration_ms, lines, why=wrong)
    return Timing(Precision.WORD, duration_ms, lines, tuple(known))


def _wrong_words(
    words: Sequence[TimedWord | None], *, sizes: Sequence[int], duration_ms: int
) -> str:
    if len(words) != sum(sizes) or any(word is None for word in words):
        return "the times don't cover the text"
    known = [word for word in words if word is not None]
    if any(word.ms_to < word.ms_from for word in known):
        return "a word ends before it begins"
    if any(b.ms_from < a.ms_from or b.ms_to < a.ms_to for a, b in pairwise(known)):
        return "the times go back"
    if known[-1].ms_to > duration_ms + SLACK_MS:
        return "the times go on after the sound"
    run = 0
    for word in known:
        run = run + 1 if word.ms_to == word.ms_from else 0
        if run >= _ZERO_RUN:
            return "words without length"
    return ""


def _lines(known: Sequence[TimedWord], count: int) -> tuple[tuple[int, int], ...] | None:
    """First and last sound of each line; ``None`` where a line has no word with a time."""
    found: dict[int, tuple[int, int]] = {}
    for word in known:
        first, last = found.get(word.line, (word.ms_from, word.ms_to))
        found[word.line] = min(first, word.ms_from), max(last, word.ms_to)
    if len(found) != count:
        return None
    return tuple(found[line] for line in range(count))


def _wrong_lines(lines: Sequence[tuple[int, int]], duration_ms: int) -> str:
    if any(end <= start for start, end in lines):
        return "a line without length"
    if any(b[0] < a[1] for a, b in pairwise(lines)):
        return "lines overlap in time"
    if lines[-1][1] > duration_ms + SLACK_MS:
        return "the times go on after the sound"
    return ""
