"""What is asked of a text, and what a recital says of each of its parts."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Final, assert_never

from recalliq_tui.domain.passages.acquire import Rung
from recalliq_tui.domain.passages.parts import (
    CONTEXT_LINES,
    JOIN_WORDS,
    TITLE,
    WHOLE,
    Part,
    PartKind,
    has_line_cards,
    join_part,
    line_part,
)
from recalliq_tui.domain.passages.rules import is_due, suggested_rating
from recalliq_tui.domain.passages.words import spots
from recalliq_tui.domain.recitation.labels import Label, score_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from recalliq_tui.domain.cards import Passage
    from recalliq_tui.domain.memory import Memory, Rating
    from recalliq_tui.domain.recitation.labels import Recital, WordResult

_FAILED: Final = frozenset({Label.SUBSTITUTED, Label.MISSING, Label.PEEKED})
_LINE_ITSELF: Final = 0.5
"""Below this score it is the line that isn't known, not the way into it."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing to recite: the lines shown before it, and the lines that are wanted.

    ``first`` is the index of the first wanted line in the text.
    """

    part: Part
    context: tuple[str, ...]
    wanted: tuple[str, ...]
    first: int = 0

    @property
    def text(self) -> str:
        return "\n".join(self.wanted)


def ask(passage: Passage, part: Part) -> Asked | None:
    """How a part is asked; ``None`` where the text has no such part any more."""
    lines = passage.lines
    match part.kind:
        case PartKind.WHOLE:
            return Asked(part, (), lines)
        case PartKind.TITLE:
            return Asked(part, lines[:1], (passage.title,))
        case PartKind.LINE:
            if part.index >= len(lines):
                return None
            context = lines[max(0, part.index - CONTEXT_LINES) : part.index]
            return Asked(part, context, (lines[part.index],), part.index)
        case PartKind.JOIN:
            if part.index + 1 >= len(lines):
                return None
            before, after = lines[part.index].split(), lines[part.index + 1].split()
            context_words = " ".join(before[-JOIN_WORDS:])
            cut = "… " if len(before) > JOIN_WORDS else ""
            wanted = " ".join(after[:JOIN_WORDS])
            return Asked(part, (f"{cut}{context_words}",), (wanted,), part.index + 1)
        case _:
            assert_never(part.kind)


def due_parts(memories: Mapping[Part, Memory], day: int) -> tuple[Part, ...]:
    """Parts recited before that are due, in the order of the text, the whole last."""
    due = [part for part, memory in memories.items() if is_due(memory, day)]
    return tuple(sorted(due, key=_place))


def parts_to_ask(
    lines: int,
    memories: Mapping[Part, Memory],
    *,
    day: int,
    best: Sequence[Rung | None] = (),
    titles: bool = False,
) -> tuple[Part, ...]:
    """What to ask now: the whole where it is due, as it rates each line too; else what is due.

    Lines that were acquired and never asked come too, until the whole was recited once. Where
    nothing is due it is the whole: a recital may be wanted at any time.
    """
    found = list(due_parts(memories, day))
    if titles and TITLE not in memories:
        found.insert(0, TITLE)
    ready = [n for n, rung in enumerate(best) if rung is Rung.RECITE]
    if WHOLE not in memories and len(ready) == lines and WHOLE not in found:
        found.append(WHOLE)
    if WHOLE in found or not has_line_cards(lines):
        found = [part for part in found if part.kind is PartKind.TITLE] + [WHOLE]
    elif WHOLE not in memories:
        found += [line_part(n) for n in ready if line_part(n) not in memories]
        found.sort(key=_place)
    return tuple(found) or (WHOLE,)


def _place(part: Part) -> tuple[int, int, int]:
    match part.kind:
        case PartKind.TITLE:
            return 0, 0, 0
        case PartKind.LINE:
            return 1, part.index, 0
        case PartKind.JOIN:
            return 1, part.index, 1
        case PartKind.WHOLE:
            return 2, 0, 0
        case _:
            assert_never(part.kind)


@dataclass(frozen=True, slots=True)
class LineVerdict:
    """What a recital says of one line: its words, its score from 0 to 1."""

    index: int
    words: tuple[WordResult, ...]
    score: float

    @property
    def missed(self) -> frozenset[int]:
        """Indices of the words of the line that failed, counted from its start."""
        indices = [word.index for word in self.words if word.index is not None]
        start = min(indices, default=0)
        return frozenset(
            word.index - start
            for word in self.words
            if word.index is not None and word.label in _FAILED
        )


def line_verdicts(asked: Asked, recital: Recital, *, lang: str | None) -> tuple[LineVerdict, ...]:
    """The recital cut into the lines that were wanted; an extra word belongs to the line before."""
    sizes = [len(spots(line, lang=lang)) for line in asked.wanted]
    ends = list(accumulate(sizes))
    groups: list[list[WordResult]] = [[] for _ in asked.wanted]
    at = 0
    for word in recital.words:
        if word.index is not None:
            at = next((n for n, end in enumerate(ends) if word.index < end), len(ends) - 1)
        groups[at].append(word)
    return tuple(
        LineVerdict(asked.first + n, tuple(group), score_of(group))
        for n, group in enumerate(groups)
    )


def part_ratings(
    asked: Asked,
    recital: Recital,
    *,
    lang: str | None,
    rating: Rating,
    shown_lines: Collection[int] = (),
    joins: Collection[Part] = (),
) -> dict[Part, Rating]:
    """What to rate after a recital: the part itself as the learner said, and, after the whole,
    each line and the joins that failed. ``joins`` are those that have a card already;
    ``shown_lines`` are indices in the text of lines that were shown."""
    found = {asked.part: rating}
    if asked.part.kind is not PartKind.WHOLE or not has_line_cards(len(asked.wanted)):
        return found
    verdicts = line_verdicts(asked, recital, lang=lang)
    for each in verdicts:
        shown = each.index in shown_lines
        found[line_part(each.index)] = suggested_rating(each.score, shown=shown)
    for before, after in pairwise(verdicts):
        join = join_part(before.index)
        if _join_failed(after, shown=after.index in shown_lines):
            found[join] = suggested_rating(0.0)
        elif join in joins:
            found[join] = suggested_rating(1.0)
    return found


def _join_failed(line: LineVerdict, *, shown: bool) -> bool:
    first = next((word for word in line.words if word.index is not None), None)
    known = line.score >= _LINE_ITSELF
    return first is not None and first.label in _FAILED and known and not shown
