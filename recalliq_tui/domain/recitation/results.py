"""Turns an alignment into the words a learner sees, and finds words said in another place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from recalliq_tui.domain.recitation.folding import fold
from recalliq_tui.domain.recitation.labels import Label, WordResult

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from recalliq_tui.domain.recitation.aligner import Step
    from recalliq_tui.domain.recitation.folding import Word

_WINDOW: Final = 8
"""Steps within which a word counts as moved; further away it is a loss and an addition."""


def results_of(
    steps: Iterable[Step], want: Sequence[Word], have: Sequence[Word]
) -> list[WordResult]:
    """One result for each word of the text and for each extra typed word, in order."""
    found: list[WordResult] = []
    for step in steps:
        if step.i == step.i_end:
            found += [WordResult(Label.EXTRA, "", have[j].shown) for j in range(step.j, step.j_end)]
        else:
            found += _spread(step, want, have)
    return found


def _spread(step: Step, want: Sequence[Word], have: Sequence[Word]) -> Iterable[WordResult]:
    """Give each expected word of a step its share of the typed ones, equal ends first."""
    i, i_end, j, j_end = step.i, step.i_end, step.j, step.j_end
    tail: list[WordResult] = []
    while i < i_end and j < j_end and want[i].folded == have[j].folded:
        yield WordResult(Label.OK, want[i].shown, have[j].shown, i)
        i, j = i + 1, j + 1
    while i < i_end and j < j_end and want[i_end - 1].folded == have[j_end - 1].folded:
        i_end, j_end = i_end - 1, j_end - 1
        tail.append(WordResult(Label.OK, want[i_end].shown, have[j_end].shown, i_end))
    if i == i_end and j < j_end and tail:
        first = tail.pop()
        said = " ".join(w.shown for w in have[j:j_end])
        yield WordResult(step.label, first.expected, f"{said} {first.got}", first.index)
        j = j_end
    for at in range(i, i_end):
        last = j_end if at == i_end - 1 else min(j + 1, j_end)
        yield WordResult(step.label, want[at].shown, " ".join(w.shown for w in have[j:last]), at)
        j = last
    yield from reversed(tail)


def mark_moved(found: Sequence[WordResult], *, lang: str | None, exact: bool) -> list[WordResult]:
    """Relabel missing words that were typed nearby as moved; what was typed stays an extra.

    Two words that changed places with each other come as two substitutions: each becomes moved,
    with the typed one as an extra beside it.
    """
    words = list(found)

    def key(text: str) -> str:
        return fold(text, lang=lang, exact=exact)

    taken: set[int] = set()
    for at, word in enumerate(words):
        if word.label not in {Label.MISSING, Label.SUBSTITUTED} or at in taken:
            continue
        wanted = key(word.expected)
        for other in sorted(
            range(max(0, at - _WINDOW), min(len(words), at + _WINDOW + 1)),
            key=lambda place: abs(place - at),
        ):
            near = words[other]
            if other == at or other in taken or key(near.got) != wanted:
                continue
            swapped = near.label is Label.SUBSTITUTED and key(near.expected) == key(word.got)
            if word.label is Label.MISSING and near.label is Label.EXTRA:
                taken.add(other)
                words[at] = WordResult(Label.MOVED, word.expected, near.got, word.index)
                break
            if word.label is Label.SUBSTITUTED and swapped:
                taken |= {at, other}
                words[at] = WordResult(Label.MOVED, word.expected, near.got, word.index)
                words[other] = WordResult(Label.MOVED, near.expected, word.got, near.index)
                break
    return _with_extras(found, words)


def _with_extras(before: Sequence[WordResult], after: Sequence[WordResult]) -> list[WordResult]:
    """Put an extra beside each swapped word, for what was typed in its place."""
    out: list[WordResult] = []
    for old, new in zip(before, after, strict=True):
        out.append(new)
        if new.label is Label.MOVED and old.label is Label.SUBSTITUTED:
            out.append(WordResult(Label.EXTRA, "", old.got))
    return out


def mark_peeked(found: Iterable[WordResult], peeked: Collection[int]) -> list[WordResult]:
    """Relabel the words that the learner had shown."""
    return [
        WordResult(Label.PEEKED, word.expected, word.got, word.index)
        if word.index is not None and word.index in peeked
        else word
        for word in found
    ]
