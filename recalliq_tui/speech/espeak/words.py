"""From the engine's word events to word times.

The engine reports a word several times (each digit group of a number), not at all (a word that it
speaks together with the one before) or at a position that is slightly off. What a reader calls a
word decides here: runs of characters between spaces, and single ideographs and kana.
"""

from __future__ import annotations

import bisect
import re
from typing import TYPE_CHECKING, Final

from recalliq_tui.speech.protocol import WordTime

if TYPE_CHECKING:
    from collections.abc import Sequence

WORD: Final = 1
END: Final = 5
_TOKEN: Final = re.compile(
    "[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]|[^\\s\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]+"
)


def tokens(text: str) -> list[tuple[int, int]]:
    """Return the half-open ranges of the words in ``text`` that hold a letter or a digit."""
    return [m.span() for m in _TOKEN.finditer(text) if any(map(str.isalnum, m.group()))]


def word_times(
    text: str, events: Sequence[Sequence[int]], *, delay_ms: int, end_ms: int
) -> tuple[WordTime, ...]:
    """Return one time for each word of ``text``, in order, without overlaps.

    ``events`` are ``(type, position, length, ms)`` with positions counted from 1. ``delay_ms`` is
    what the encoder puts before the sound; no time is later than ``end_ms``.
    """
    spans = tokens(text)
    if not spans:
        return ()
    starts = _starts(spans, events)
    if not starts:
        return ()
    ends = sorted(event[3] for event in events if event[0] == END)
    times: list[WordTime] = []
    for index, (token, ms) in enumerate(starts):
        is_last = index + 1 == len(starts)
        next_token, next_ms = (len(spans), end_ms - delay_ms) if is_last else starts[index + 1]
        after = bisect.bisect_right(ends, ms)
        until = min(ends[after], next_ms) if after < len(ends) else next_ms
        # An event also covers the words after it that have none, the first one those before it.
        first = 0 if index == 0 else token
        times += _share(spans[first:next_token], ms, max(ms, until))
    return tuple(
        WordTime(
            w.char_from,
            w.char_to,
            min(w.ms_from + delay_ms, end_ms),
            min(w.ms_to + delay_ms, end_ms),
        )
        for w in times
    )


def _starts(
    spans: Sequence[tuple[int, int]], events: Sequence[Sequence[int]]
) -> list[tuple[int, int]]:
    """Return ``(token, ms)`` for the first event of each token, rising in both."""
    begins = [begin for begin, _ in spans]
    found: list[tuple[int, int]] = []
    for event in events:
        if event[0] != WORD:
            continue
        token = max(0, bisect.bisect_right(begins, event[1] - 1) - 1)
        if not found or (token > found[-1][0] and event[3] >= found[-1][1]):
            found.append((token, event[3]))
    return found


def _share(spans: Sequence[tuple[int, int]], ms_from: int, ms_to: int) -> list[WordTime]:
    """Share a stretch of time among words by their length."""
    whole = sum(b - a for a, b in spans)
    times = []
    done = 0
    for begin, end in spans:
        start = ms_from + (ms_to - ms_from) * done // whole
        done += end - begin
        times.append(WordTime(begin, end, start, ms_from + (ms_to - ms_from) * done // whole))
    return times
