"""What is no answer at all: nothing, the question said back, a heap of keywords."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

from recalliq_tui.domain.grading.lexicon import lexicon, no_answers
from recalliq_tui.domain.grading.match import Context, Term, affinities

if TYPE_CHECKING:
    from collections.abc import Sequence

    from recalliq_tui.domain.grading.text import Token


class Gate(StrEnum):
    EMPTY = "empty"
    ECHO = "echo"
    STUFFED = "stuffed"


_LIST_LENGTH: Final = 7
_LIST_STOPS: Final = 0.15
_REFERENCE_STOPS: Final = 0.2
_DOUBLED_LENGTH: Final = 6
_DOUBLED_SHARE: Final = 0.67
_DOUBLED_STOPS: Final = 0.3
_KNOWN_ENOUGH: Final = 0.75
_NEW: Final = 0.15


def gate_of(
    answer: Sequence[Token],
    *,
    question: Sequence[Token],
    reference: Sequence[Token],
    best: float,
    context: Context,
) -> Gate | None:
    """Return why an answer isn't graded, if so. ``best`` is the coverage of its best point."""
    content = [token for token in answer if token.content]
    if _is_empty(answer, content, reference):
        return Gate.EMPTY
    if _is_echo(content, question, best=best, context=context):
        return Gate.ECHO
    return Gate.STUFFED if _is_stuffed(answer, content, reference, context.tongue) else None


def _is_empty(
    answer: Sequence[Token], content: Sequence[Token], reference: Sequence[Token]
) -> bool:
    text = f" {' '.join(token.folded for token in answer)} "
    wanted = f" {' '.join(token.folded for token in reference)} "
    for phrase in no_answers():
        if f" {phrase} " in text and f" {phrase} " not in wanted:
            text = text.replace(f" {phrase} ", "  ")
    left = text.split()
    if not left:
        return True
    if content:
        return not {token.folded for token in content} & set(" ".join(left).split()) and not any(
            token.number for token in content
        )
    # Stop words alone are an answer only where the reference has them at its head ("Yes.").
    return left[0] not in {token.folded for token in reference[:2]} and left[0] not in YES_NO


YES_NO: Final = frozenset().union(
    *(lexicon(t).yes | lexicon(t).no for t in ("en", "es", "de", "fr", "it", "pt", "ru", "he"))
)


def _is_echo(
    content: Sequence[Token], question: Sequence[Token], *, best: float, context: Context
) -> bool:
    asked = [Term(token, 1.0) for token in question if token.content]
    if not asked or not content:
        return False
    near = {t.token.key: affinities(t, content, context) for t in asked}
    new = said = 0
    heard: set[str] = set()
    for token in content:
        if token.light and token.key not in context.question:
            continue
        matching = {key for key, row in near.items() if row.get(token.key, 0.0) > 0}
        heard |= matching
        said += 1
        new += not matching
    if said and new > _NEW * said:
        return False
    whole = len(heard) >= 0.6 * len({t.token.key for t in asked})
    return best < _KNOWN_ENOUGH or (whole and len(heard) > 2)  # noqa: PLR2004


def _is_stuffed(
    answer: Sequence[Token], content: Sequence[Token], reference: Sequence[Token], tongue: str
) -> bool:
    if not answer or not content:
        return False
    stops = sum(t.stop or (t.light and not t.number) for t in answer) / len(answer)
    words = [token.key for token in content if not token.number]
    doubled = len(words) >= _DOUBLED_LENGTH and len(set(words)) <= _DOUBLED_SHARE * len(words)
    if doubled and stops < _DOUBLED_STOPS:
        return True
    if not lexicon(tongue).stops or not reference:
        return False
    usual = sum(not token.content for token in reference) / len(reference)
    return usual >= _REFERENCE_STOPS and len(content) >= _LIST_LENGTH and stops < _LIST_STOPS
