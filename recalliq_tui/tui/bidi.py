"""Right-to-left text on terminals that lay nothing out: from reading order to screen order.

For ``display.bidi = "app"``. A line is taken to be of one paragraph whose direction is that of
its first strong character; runs of the other direction keep their own order.
"""

from __future__ import annotations

import unicodedata
from itertools import groupby
from typing import Final

_RIGHT: Final = frozenset({"R", "AL"})
_LEFT: Final = frozenset({"L", "EN", "AN"})
_MIRRORED: Final = str.maketrans("()[]{}<>«»", ")(][}{><»«")


def is_right_to_left(text: str) -> bool:
    """Whether the first letter of a text belongs to a script that runs from the right."""
    for char in text:
        kind = unicodedata.bidirectional(char)
        if kind in _RIGHT:
            return True
        if kind == "L":
            return False
    return False


def clusters(text: str) -> list[tuple[int, int]]:
    """Half-open ranges of letters with the marks that belong to them."""
    found: list[tuple[int, int]] = []
    for at, char in enumerate(text):
        if found and (unicodedata.combining(char) or char in "\u200c\u200d"):
            found[-1] = (found[-1][0], at + 1)
        else:
            found.append((at, at + 1))
    return found


def visual_order(text: str) -> list[int]:
    """Indices of the code points of a line in the order of the screen, left to right."""
    cells = clusters(text)
    base_right = is_right_to_left(text)
    directions = _directions([text[a] for a, _ in cells], base_right=base_right)
    runs = [list(run) for _, run in groupby(range(len(cells)), key=lambda at: directions[at])]
    ordered: list[int] = []
    for run in reversed(runs) if base_right else runs:
        right = directions[run[0]]
        ordered += reversed(run) if right else run
    return [at for cell in ordered for at in range(*cells[cell])]


def _directions(chars: list[str], *, base_right: bool) -> list[bool]:
    """For each cluster whether it runs from the right; what is neutral takes its neighbours'
    direction where they agree, else the line's."""
    strong: list[bool | None] = []
    for char in chars:
        kind = unicodedata.bidirectional(char)
        strong.append(True if kind in _RIGHT else False if kind in _LEFT else None)
    found: list[bool] = []
    for at, own in enumerate(strong):
        if own is not None:
            found.append(own)
            continue
        before = found[-1] if found else base_right
        after = next((each for each in strong[at:] if each is not None), base_right)
        found.append(before if before == after else base_right)
    return found


def mirrored(char: str) -> str:
    """A bracket or quote as it looks in text that runs from the right."""
    return char.translate(_MIRRORED)
