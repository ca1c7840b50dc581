"""Key points of a reference answer, and the other wordings a learner was given credit for."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from recalliq_tui.domain.answerwords import plain_text
from recalliq_tui.domain.grading.lexicon import lexicon, tongue_of
from recalliq_tui.domain.grading.text import read

if TYPE_CHECKING:
    from collections.abc import Iterable

_SENTENCE: Final = re.compile(
    r"(?<=[^\W\d_][^\W_])[.!?\u2026]+(?=\s|\Z)|(?<=\d)[.!?]+(?=\s+[^\W\d_]|\Z)|[!?;\u3002\u05c3\u061f]+"
    r"|[.](?=\s|\Z)"
)
_CONJUNCTION: Final = re.compile(
    r",\s+(?=(?:and|but|while|whereas|which|so|y|pero|und|aber|sondern|et|mais|e|ma|mas|sed)\s)"
)
_MIN_WORDS: Final = 3
_MAX_POINTS: Final = 24
_MAX_ALIASES: Final = 16


@dataclass(frozen=True, slots=True)
class KeyPoint:
    """One thing a full answer says. ``aliases`` are other wordings that are right too."""

    text: str
    aliases: tuple[str, ...] = ()


def split_points(reference: str, lang: str | None = None) -> tuple[KeyPoint, ...]:
    """Split a reference into clauses: at lines, sentences, and conjunctions of long clauses.

    A clause of no or few words goes with its neighbour. A reference without words is one point.
    """
    clauses: list[str] = []
    for line in reference.splitlines():
        for sentence in _SENTENCE.split(plain_text(line)):
            parts = _CONJUNCTION.split(sentence)
            long = all(_size(part, lang) >= _MIN_WORDS for part in parts)
            clauses += parts if long else [sentence]
    merged: list[str] = []
    pending = ""
    for raw in clauses:
        clause = raw.strip(" ,:;.-\u2013\u2014")
        if not clause:
            continue
        if pending:
            clause, pending = f"{pending}: {clause}", ""
        if _size(clause, lang) == 0:
            pending = clause
        else:
            merged.append(clause)
    if pending:
        merged.append(pending)
    if len(merged) > _MAX_POINTS:
        merged[_MAX_POINTS - 1 :] = ["; ".join(merged[_MAX_POINTS - 1 :])]
    return tuple(KeyPoint(text) for text in merged) or (KeyPoint(plain_text(reference)),)


def points_of(
    reference: str, points: Iterable[KeyPoint | str] = (), lang: str | None = None
) -> tuple[KeyPoint, ...]:
    """The given points, else the reference's clauses."""
    given = tuple(p if isinstance(p, KeyPoint) else KeyPoint(p) for p in points)
    given = tuple(p for p in given if p.text.strip())
    return given or split_points(reference, lang)


def credit(point: KeyPoint, phrase: str) -> KeyPoint:
    """Keep ``phrase`` as another wording of a point ("I said it in other words")."""
    kept = " ".join(phrase.split())
    if not kept or kept.casefold() in {a.casefold() for a in (point.text, *point.aliases)}:
        return point
    return replace(point, aliases=(*point.aliases, kept)[-_MAX_ALIASES:])


def _size(text: str, lang: str | None) -> int:
    """Words of a clause that count; a bare yes or no goes with what follows it."""
    small = lexicon(tongue_of(lang))
    bare = small.yes | small.no
    return sum(token.content and token.folded not in bare for token in read(text, lang))
