"""A provider's character times, checked, as word times.

They are taken only where they belong to the text as it was sent: the same characters, times that
never go back, no character without length, and an end that lies within the clip.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

from recalliq_tui.speech.espeak.words import tokens
from recalliq_tui.speech.protocol import WordTime

SLACK_S: Final = 0.25
"""Seconds by which the last time may lie behind the end of the audio."""


@dataclass(frozen=True, slots=True)
class CharacterTimes:
    """One start and one end in seconds for each element of ``characters``."""

    characters: tuple[str, ...]
    starts: tuple[float, ...]
    ends: tuple[float, ...]


def read_times(raw: object) -> CharacterTimes | None:
    """Read ``{"characters", "character_start_times_seconds", "character_end_times_seconds"}``."""
    if not isinstance(raw, dict):
        return None
    characters = raw.get("characters")
    starts = _numbers(raw.get("character_start_times_seconds"))
    ends = _numbers(raw.get("character_end_times_seconds"))
    if not isinstance(characters, list) or not all(isinstance(c, str) for c in characters):
        return None
    if starts is None or ends is None or not len(characters) == len(starts) == len(ends):
        return None
    return CharacterTimes(tuple(characters), starts, ends)


def _numbers(raw: Any) -> tuple[float, ...] | None:
    if not isinstance(raw, list):
        return None
    if not all(isinstance(n, (int, float)) and not isinstance(n, bool) for n in raw):
        return None
    # Written so that NaN is refused too.
    return tuple(map(float, raw)) if all(0 <= n <= 86_400 for n in raw) else None  # noqa: PLR2004


def acceptable(times: CharacterTimes, text: str, *, duration_ms: int) -> bool:
    """Whether the times can be those of ``text`` in a clip of that length."""
    if "".join(times.characters) != text or not times.ends:
        return False
    if any(end < start for start, end in zip(times.starts, times.ends, strict=True)):
        return False
    if any(b < a for a, b in (*pairwise(times.starts), *pairwise(times.ends))):
        return False
    return times.ends[-1] <= duration_ms / 1000 + SLACK_S


def word_times(raw: object, text: str, *, duration_ms: int) -> tuple[WordTime, ...]:
    """Return the times of the words of ``text``; none where they can't be trusted.

    Times lie within the clip. Words are runs between spaces that hold a letter or a digit.
    """
    times = read_times(raw)
    if times is None or not acceptable(times, text, duration_ms=duration_ms):
        return ()
    index: list[int] = []
    for number, piece in enumerate(times.characters):
        index.extend([number] * len(piece))
    words = []
    for begin, end in tokens(text):
        start_s, end_s = times.starts[index[begin]], times.ends[index[end - 1]]
        if end_s <= start_s:
            return ()
        words.append(
            WordTime(
                begin,
                end,
                min(round(start_s * 1000), duration_ms),
                min(round(end_s * 1000), duration_ms),
            )
        )
    return tuple(words)
