"""Progress of long work on stderr: a bar in a terminal, a few plain lines elsewhere."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TextIO

_CELLS: Final = 24
_EVERY_S: Final = 0.1
_LINE_EVERY_S: Final = 2.0


class Progress:
    """Shows how many of ``total`` things are done. ``clock`` is monotonic, in seconds."""

    def __init__(
        self, things: str, stream: TextIO, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._things = things
        self._stream = stream
        self._clock = clock
        self._bar = stream.isatty()
        self._began = clock()
        self._shown_at = -math.inf if self._bar else self._began
        self._open = False

    def show(
        self, done: int, total: int, *, rate: float | None = None, left: float | None = None
    ) -> None:
        """Show where the work stands; ``rate`` is in things a second, ``left`` in seconds.

        Both are worked out from the time since the start where they aren't given.
        """
        if total <= 0:
            return
        elapsed = self._clock() - self._began
        if rate is None:
            rate = done / elapsed if elapsed > 0 else 0.0
        if left is None and rate > 0:
            left = (total - done) / rate
        if self._bar:
            self._draw(done, total, rate=rate, left=left)
        else:
            self._tell(done, total, rate=rate, left=left)

    def finish(self) -> None:
        """Leave the bar's line, so that what is said next has one of its own."""
        if self._open:
            self._stream.write("\n")
            self._stream.flush()
            self._open = False

    def _draw(self, done: int, total: int, *, rate: float, left: float | None) -> None:
        now = self._clock()
        if done < total and now - self._shown_at < _EVERY_S:
            return
        self._shown_at = now
        filled = _CELLS * done // total
        bar = "#" * filled + "-" * (_CELLS - filled)
        self._stream.write(f"\r[{bar}] {self._words(done, total, rate=rate, left=left)}\x1b[K")
        self._stream.flush()
        self._open = True

    def _tell(self, done: int, total: int, *, rate: float, left: float | None) -> None:
        now = self._clock()
        if done >= total or now - self._shown_at >= _LINE_EVERY_S:
            self._shown_at = now
            self._stream.write(f"{self._words(done, total, rate=rate, left=left)}\n")
            self._stream.flush()

    def _words(self, done: int, total: int, *, rate: float, left: float | None) -> str:
        parts = [f"{done:,} of {total:,} {self._things}"]
        if rate > 0:
            parts.append(f"{rate:.1f} a second")
        if left is not None and done < total:
            parts.append(f"{_span(left)} left")
        return ", ".join(parts)


def _span(seconds: float) -> str:
    """A time in whole units: ``8 s``, ``2 min``, ``1 h 5 min``."""
    whole = round(seconds)
    if whole < 60:  # noqa: PLR2004  (seconds in a minute)
        return f"{whole} s"
    minutes = round(whole / 60)
    hours, rest = divmod(minutes, 60)
    return f"{hours} h {rest} min" if hours else f"{minutes} min"
