"""Spans of time in few words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import timedelta

_DAY: Final = 86_400
_MONTH: Final = 30.44
_YEAR: Final = 365.25


def short_span(span: timedelta) -> str:
    """A span as a rating button shows it: ``< 1 min``, ``6 min``, ``4 days``, ``2.5 months``."""
    seconds = span.total_seconds()
    if seconds <= 60:  # noqa: PLR2004
        return "< 1 min" if seconds < 60 else "1 min"  # noqa: PLR2004
    if seconds < 3600:  # noqa: PLR2004
        return f"{round(seconds / 60)} min"
    if seconds < _DAY:
        return plural(round(seconds / 3600), "hour")
    return short_days(seconds / _DAY)


def short_days(days: float) -> str:
    """Days as ``1 day``, ``12 days``, ``2.5 months`` or ``1.3 years``."""
    if days < 1:
        return f"{days:.1f} days"
    if days < _MONTH:
        return plural(round(days), "day")
    unit, size = ("month", _MONTH) if days < _YEAR else ("year", _YEAR)
    amount = f"{days / size:.1f}".removesuffix(".0")
    return f"{amount} {unit}" if amount == "1" else f"{amount} {unit}s"


def clock_time(milliseconds: int) -> str:
    """Length of a sound as ``0:04``; anything that sounds is at least a second."""
    seconds = max(1, round(milliseconds / 1000)) if milliseconds > 0 else 0
    return f"{seconds // 60}:{seconds % 60:02d}"


def plural(count: int, word: str) -> str:
    """``1 card``, ``2 cards``, ``0 cards``."""
    return f"{count:,} {word}" if count == 1 else f"{count:,} {word}s"
