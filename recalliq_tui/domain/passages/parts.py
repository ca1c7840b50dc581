"""What of a text is scheduled: its lines, the joins that failed, the whole, its title."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final, assert_never

from recalliq_tui.domain.cards import CardId

if TYPE_CHECKING:
    from recalliq_tui.domain.cards import PassageId

WHOLE_ONLY: Final = 3
"""Texts of up to so many lines have no line cards."""

JOIN_WORDS: Final = 4
"""So many words before and after a join are shown and asked."""

CONTEXT_LINES: Final = 2
"""Lines shown before the one that is asked."""

_SUFFIX: Final = re.compile(r"~(?:l(?P<line>\d+)|j(?P<join>\d+)|(?P<word>whole|title))\Z")


class PartKind(StrEnum):
    LINE = "line"
    JOIN = "join"
    WHOLE = "whole"
    TITLE = "title"


@dataclass(frozen=True, slots=True)
class Part:
    """One thing to recite. ``index`` counts lines from 0; a join goes from it to the next line."""

    kind: PartKind
    index: int = 0

    @property
    def suffix(self) -> str:
        match self.kind:
            case PartKind.LINE:
                return f"~l{self.index + 1}"
            case PartKind.JOIN:
                return f"~j{self.index + 1}"
            case PartKind.WHOLE | PartKind.TITLE:
                return f"~{self.kind.value}"
            case _:
                assert_never(self.kind)


WHOLE: Final = Part(PartKind.WHOLE)
TITLE: Final = Part(PartKind.TITLE)


def line_part(index: int) -> Part:
    return Part(PartKind.LINE, index)


def join_part(index: int) -> Part:
    return Part(PartKind.JOIN, index)


def part_id(passage_id: PassageId | str, part: Part) -> CardId:
    """Id under which a part is in the review log: ``{passage}~l3``, ``~j3``, ``~whole``."""
    return CardId(f"{passage_id}{part.suffix}")


def part_of(card_id: str) -> Part | None:
    """The part that an id of :func:`part_id` names; ``None`` for any other id."""
    match = _SUFFIX.search(card_id)
    if match is None:
        return None
    if match["word"] is not None:
        return Part(PartKind(match["word"]))
    number = int(match["line"] or match["join"])
    if number < 1:
        return None
    return Part(PartKind.LINE if match["line"] else PartKind.JOIN, number - 1)


def has_line_cards(lines: int) -> bool:
    """Whether a text of so many lines is asked line by line too."""
    return lines > WHOLE_ONLY


def fixed_parts(lines: int, *, titles: bool = False) -> tuple[Part, ...]:
    """The parts that every text of so many lines has, in the order of asking; joins come later."""
    found = [line_part(index) for index in range(lines)] if has_line_cards(lines) else []
    found.append(WHOLE)
    return (TITLE, *found) if titles else tuple(found)
