"""What is played in which order: pieces of a clip and silences, as one gapless sound.

Read along, echo, chaining and the loop are all such plans. Times are whole milliseconds.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from recalliq_tui.domain.passages.timing import Timing

ECHO_GAP: Final = 1.5
"""Silence after a line, in lengths of that line."""
CHAIN_WINDOW: Final = 3
MOST_REPEATS: Final = 9
_LEAST_GAP_MS: Final = 400


@dataclass(frozen=True, slots=True)
class Piece:
    """Lines ``first`` to ``last`` sounding, or (``gap``) the silence after them.

    ``start_ms`` is the place in the clip; of a gap it is nothing. It is turn ``turn`` of ``of``.
    """

    first: int
    last: int
    start_ms: int
    length_ms: int
    gap: bool = False
    turn: int = 1
    of: int = 1


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a plan the ear is: the piece, its number, and the time in the clip (``None`` in a
    gap); ``into_ms`` counts from the piece's start."""

    number: int
    piece: Piece
    into_ms: float
    clip_ms: float | None


@dataclass(frozen=True, slots=True)
class Plan:
    """Pieces one after the other; ``ends`` are the times at which each ends."""

    pieces: tuple[Piece, ...]
    ends: tuple[int, ...]

    @property
    def length_ms(self) -> int:
        return self.ends[-1] if self.ends else 0

    def start_of(self, number: int) -> int:
        return self.ends[number - 1] if number else 0

    def locate(self, ms: float) -> Place | None:
        """The place at a time from the plan's start; ``None`` after its end."""
        number = bisect_right(self.ends, ms)
        if number >= len(self.pieces):
            return None
        piece = self.pieces[number]
        into = ms - self.start_of(number)
        return Place(number, piece, into, None if piece.gap else piece.start_ms + into)


def make_plan(pieces: Iterable[Piece]) -> Plan:
    """A plan of the pieces that have a length."""
    kept = tuple(piece for piece in pieces if piece.length_ms > 0)
    return Plan(kept, tuple(accumulate(piece.length_ms for piece in kept)))


def _sounding(timing: Timing, first: int, last: int) -> Piece:
    start, end = timing.slice_of(first, last)
    return Piece(first, last, start, end - start)


def _gap(piece: Piece, factor: float) -> Piece:
    """The silence after a piece, ``factor`` times its length; nothing for a factor of 0."""
    length = round(piece.length_ms * factor)
    length = max(length, _LEAST_GAP_MS) if factor > 0 else 0
    return replace(piece, start_ms=0, length_ms=length, gap=True)


def listen_plan(timing: Timing, first: int, end: int) -> Plan:
    """Lines ``first`` to ``end`` (exclusive) as they were spoken, in one piece."""
    return make_plan([_sounding(timing, first, end - 1)])


def echo_plan(timing: Timing, first: int, end: int) -> Plan:
    """Each line, and then time to say it: 1.5 times its length."""
    pieces: list[Piece] = []
    for line in range(first, end):
        piece = _sounding(timing, line, line)
        pieces += [piece, _gap(piece, ECHO_GAP)]
    return make_plan(pieces)


def chain_windows(
    first: int, end: int, *, width: int = CHAIN_WINDOW
) -> tuple[tuple[int, int], ...]:
    """The windows of chaining, inclusive: 1, 1-2, 1-3, then sliding on to the last line."""
    return tuple((max(first, last - width + 1), last) for last in range(first, end))


def chain_plan(timing: Timing, first: int, end: int, *, width: int = CHAIN_WINDOW) -> Plan:
    """Each window, and then time to say it."""
    pieces: list[Piece] = []
    for a, b in chain_windows(first, end, width=width):
        piece = _sounding(timing, a, b)
        pieces += [piece, _gap(piece, ECHO_GAP)]
    return make_plan(pieces)


@dataclass(frozen=True, slots=True)
class LoopWish:
    """How a loop goes: lines ``first`` to ``last`` (inclusive), each ``repeats`` times with a gap
    of ``gap`` times its length. ``step_up`` says, after each line, all lines up to it again."""

    first: int
    last: int
    repeats: int = 3
    gap: float = 1.0
    step_up: bool = False

    def fitted(self, lines: int) -> LoopWish:
        """The wish within a text of so many lines, A never behind B."""
        first = min(max(0, self.first), lines - 1)
        last = min(max(first, self.last), lines - 1)
        repeats = min(max(1, self.repeats), MOST_REPEATS)
        return replace(self, first=first, last=last, repeats=repeats, gap=max(0.0, self.gap))


def loop_plan(timing: Timing, wish: LoopWish) -> Plan:
    """One round of a loop: the lines with their repeats, then all of them whole.

    Without times for lines it is the whole text, ``repeats`` times.
    """
    if not timing.lines:
        return make_plan(_repeated(_sounding(timing, wish.first, wish.last), wish))
    pieces: list[Piece] = []
    for line in range(wish.first, wish.last + 1):
        pieces += _repeated(_sounding(timing, line, line), wish)
        if wish.step_up and wish.first < line < wish.last:
            so_far = _sounding(timing, wish.first, line)
            pieces += [so_far, _gap(so_far, wish.gap)]
    if wish.last > wish.first:
        whole = _sounding(timing, wish.first, wish.last)
        pieces += [whole, _gap(whole, wish.gap)]
    return make_plan(pieces)


def _repeated(piece: Piece, wish: LoopWish) -> list[Piece]:
    gap = _gap(piece, wish.gap)
    found: list[Piece] = []
    for turn in range(1, wish.repeats + 1):
        found += [replace(each, turn=turn, of=wish.repeats) for each in (piece, gap)]
    return found


def find_piece(plan: Plan, wanted: Callable[[Piece], bool]) -> int | None:
    """Number of the first piece that is wanted."""
    return next((n for n, piece in enumerate(plan.pieces) if wanted(piece)), None)
