"""Finds the past of a card whose text was edited: the vanished card that it most resembles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from recalliq_tui.domain.cards import Card

MAX_COMPARED: Final = 1_000
"""Most cards of either list that are compared: more at once is another deck, not an edit."""

_FRONT_WEIGHT: Final = 0.6


def nearest(
    new: Sequence[Card], vanished: Sequence[Card], threshold: float = 0.6
) -> list[tuple[Card, Card, float]]:
    """Pair new cards with vanished ones of the same kind, best pairs first.

    Each card has at most one partner. The similarity is from ``threshold`` to 1: six tenths count
    for the front, four for the answer. These are suggestions; only the learner takes them.
    """
    pairs = sorted(_candidates(new, vanished, threshold), key=lambda pair: (-pair[2], *pair[:2]))
    taken_new: set[int] = set()
    taken_old: set[int] = set()
    found: list[tuple[Card, Card, float]] = []
    for i, j, similarity in pairs:
        if i not in taken_new and j not in taken_old:
            taken_new.add(i)
            taken_old.add(j)
            found.append((new[i], vanished[j], similarity))
    return found


def _candidates(
    new: Sequence[Card], vanished: Sequence[Card], threshold: float
) -> Iterator[tuple[int, int, float]]:
    from rapidfuzz import process  # noqa: PLC0415  (rapidfuzz takes 20 to 50 ms to load)
    from rapidfuzz.distance import Indel  # noqa: PLC0415

    old_fronts = {j: _folded(card.front.text) for j, card in enumerate(vanished[:MAX_COMPARED])}
    old_answers = {j: _folded(vanished[j].answer) for j in old_fronts}
    front_cutoff = max(0.0, (threshold - (1 - _FRONT_WEIGHT)) / _FRONT_WEIGHT)
    for i, card in enumerate(new[:MAX_COMPARED]):
        answer = _folded(card.answer)
        close = process.extract(
            _folded(card.front.text),
            old_fronts,
            scorer=Indel.normalized_similarity,
            score_cutoff=front_cutoff,
            limit=None,
        )
        for _, front, j in close:
            if vanished[j].kind is not card.kind:
                continue
            back = Indel.normalized_similarity(answer, old_answers[j])
            similarity = _FRONT_WEIGHT * front + (1 - _FRONT_WEIGHT) * back
            if similarity >= threshold:
                yield i, j, similarity


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())
