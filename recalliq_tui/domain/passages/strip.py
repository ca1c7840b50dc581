"""The state of each line as a level, for a strip the length of the text."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final

from recalliq_tui.domain.passages.acquire import Rung
from recalliq_tui.domain.passages.rules import HEART_DAYS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from recalliq_tui.domain.memory import Memory

LEVELS: Final = 8
"""Levels from 0 (nothing known) to 7 (by heart)."""

_STEPS: Final = ((HEART_DAYS, 7), (10.0, 6), (4.0, 5), (1.0, 4))
_LOWEST: Final = 3


def line_level(memory: Memory | None, best: Rung | None) -> int:
    """How firmly a line is known: by its stability once it was reviewed, before by the rung."""
    stability = None if memory is None else memory.stability
    if stability is not None:
        return next((level for days, level in _STEPS if stability >= days), _LOWEST)
    if best is None:
        return 0
    return 2 if best >= Rung.LETTERS else 1


def squeezed(levels: Sequence[int], width: int) -> tuple[int, ...]:
    """The levels in at most ``width`` cells; of the lines that share a cell the weakest shows."""
    if width < 1 or not levels:
        return ()
    if len(levels) <= width:
        return tuple(levels)
    bounds = [len(levels) * cell // width for cell in range(width + 1)]
    return tuple(min(levels[a:b]) for a, b in pairwise(bounds))
