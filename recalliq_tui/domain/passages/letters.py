"""First letters: one word at a time, no way back, a slip to a neighbouring key forgiven."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from recalliq_tui.domain.recitation.folding import fold

if TYPE_CHECKING:
    from collections.abc import Sequence

_ROWS: Final = (
    ("qwertyuiop", "asdfghjkl", "zxcvbnm"),
    ("/'קראטוןםפ", "שדגכעיחלךף", "זסבהנמצתץ"),
)


def _neighbours() -> dict[str, frozenset[str]]:
    """Keys beside, above and below each key; rows are shifted by half a key."""
    found: dict[str, set[str]] = {}
    for rows in _ROWS:
        for number, row in enumerate(rows):
            for place, key in enumerate(row):
                near = found.setdefault(key, set())
                near.update(row[max(0, place - 1) : place + 2])
                if number:
                    near.update(rows[number - 1][place : place + 2])
                if number + 1 < len(rows):
                    near.update(rows[number + 1][max(0, place - 1) : place + 1])
    return {key: frozenset(near - {key}) for key, near in found.items()}


NEIGHBOURS: Final = _neighbours()


@dataclass(frozen=True, slots=True)
class Letters:
    """How far a line has come. ``words`` are folded; ``missed`` those that had to be shown."""

    words: tuple[str, ...]
    at: int = 0
    missed: frozenset[int] = frozenset()

    @property
    def done(self) -> bool:
        return self.at >= len(self.words)


def begin_letters(words: Sequence[str]) -> Letters:
    return Letters(tuple(words))


def press(state: Letters, key: str, *, lang: str | None = None) -> Letters:
    """Take one typed character: the next word shows, and counts as missed where it was wrong.

    What is no letter or figure (a space, a stop) changes nothing.
    """
    typed = fold(key, lang=lang)
    if state.done or not typed:
        return state
    wanted = state.words[state.at][:1]
    right = typed[:1] == wanted or typed[:1] in NEIGHBOURS.get(wanted, frozenset())
    missed = state.missed if right else state.missed | {state.at}
    return replace(state, at=state.at + 1, missed=missed)
