"""Judges a whole recital on submit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from recalliq_tui.domain.recitation.aligner import Aligner, Step
from recalliq_tui.domain.recitation.folding import Word, words_of
from recalliq_tui.domain.recitation.labels import Label, Level, Recital, score_of
from recalliq_tui.domain.recitation.results import mark_moved, mark_peeked, results_of
from recalliq_tui.domain.recitation.variants import Rule, common_rules, rules_of

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

_MAX_CELLS: Final = 160_000
_ANCHOR: Final = 3
"""So many equal words in a row hold two long texts together."""


def recite(
    text: str,
    attempt: str,
    *,
    level: Level = Level.STANDARD,
    lang: str | None = None,
    variants: Sequence[Sequence[str]] = (),
    peeked: Collection[int] = (),
    hints: int = 0,
) -> Recital:
    """Align ``attempt`` with ``text`` and score it.

    ``variants`` are groups of wordings that may stand for each other (``""``: may be left out);
    the common ones of the language hold besides. ``peeked`` are indices of expected words that
    were shown, ``hints`` the number of smaller helps. Never fails, whatever the text.
    """
    exact = level is Level.EXACT
    want = words_of(text, lang=lang, exact=exact)
    have = words_of(attempt, lang=lang, exact=exact)
    rules = (*rules_of(variants, lang=lang), *common_rules(lang)) if have else ()
    steps = _align(want, have, level=level, rules=rules, lang=lang)
    words = mark_moved(results_of(steps, want, have), lang=lang, exact=exact)
    words = mark_peeked(words, peeked)
    return Recital(tuple(words), score_of(words, hints=hints), hints)


def _align(
    want: Sequence[Word],
    have: Sequence[Word],
    *,
    level: Level,
    rules: tuple[Rule, ...],
    lang: str | None,
) -> list[Step]:
    if [word.folded for word in want] == [word.folded for word in have]:
        return [Step(Label.OK, k, k + 1, k, k + 1) for k in range(len(want))]
    if len(want) * len(have) <= _MAX_CELLS:
        aligner = Aligner(want, level=level, rules=rules, lang=lang)
        aligner.feed(have)
        return aligner.steps()
    steps: list[Step] = []
    for i, i_end, j, j_end, same in _blocks(want, have):
        if same:
            steps += [Step(Label.OK, i + k, i + k + 1, j + k, j + k + 1) for k in range(i_end - i)]
        elif (i_end - i) * (j_end - j) <= _MAX_CELLS:
            inner = rules if i_end == len(want) else tuple(r for r in rules if not r.last_only)
            aligner = Aligner(want[i:i_end], level=level, rules=inner, lang=lang)
            aligner.feed(have[j:j_end])
            steps += [
                Step(s.label, s.i + i, s.i_end + i, s.j + j, s.j_end + j) for s in aligner.steps()
            ]
        else:
            steps += _unlike(want, have, i, i_end, j, j_end)
    return steps


_Block = tuple[int, int, int, int, bool]


def _blocks(want: Sequence[Word], have: Sequence[Word]) -> list[_Block]:
    """Cut two long texts at runs of equal words: ``(i, i_end, j, j_end, same)``, in order."""
    from rapidfuzz.distance import Levenshtein  # noqa: PLC0415

    blocks: list[_Block] = []
    i = j = 0
    codes = Levenshtein.opcodes([w.folded for w in want], [w.folded for w in have])
    for code in codes:
        if code.tag != "equal" or code.src_end - code.src_start < _ANCHOR:
            continue
        if code.src_start > i or code.dest_start > j:
            blocks.append((i, code.src_start, j, code.dest_start, False))
        blocks.append((code.src_start, code.src_end, code.dest_start, code.dest_end, True))
        i, j = code.src_end, code.dest_end
    if i < len(want) or j < len(have):
        blocks.append((i, len(want), j, len(have), False))
    return blocks


def _unlike(
    want: Sequence[Word], have: Sequence[Word], i: int, i_end: int, j: int, j_end: int
) -> list[Step]:
    """Pair two long stretches that have nothing in common word by word."""
    both = min(i_end - i, j_end - j)
    steps = [
        Step(
            Label.OK if want[i + k].folded == have[j + k].folded else Label.SUBSTITUTED,
            i + k,
            i + k + 1,
            j + k,
            j + k + 1,
        )
        for k in range(both)
    ]
    steps += [Step(Label.MISSING, k, k + 1, j + both, j + both) for k in range(i + both, i_end)]
    steps += [Step(Label.EXTRA, i_end, i_end, k, k + 1) for k in range(j + both, j_end)]
    return steps
