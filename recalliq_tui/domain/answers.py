"""Compares a typed answer with the expected one, word by word, forgiving what isn't knowledge.

Case, accents, punctuation and small typing errors don't count. Figures do, to the last digit.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from recalliq_tui.domain.answerwords import Word, plain_text, words_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


class Label(StrEnum):
    OK = "ok"
    TYPO = "typo"
    SUBSTITUTED = "substituted"
    MISSING = "missing"
    EXTRA = "extra"


@dataclass(frozen=True, slots=True)
class WordDiff:
    """One step of the comparison; ``expected`` or ``typed`` is empty where there is no such word."""

    label: Label
    expected: str
    typed: str


@dataclass(frozen=True, slots=True)
class AnswerCheck:
    """How a typed answer compares with the accepted answer it fits best.

    ``near`` says that a wrong answer is nearly right. ``score`` runs from 0 to 1.
    """

    correct: bool
    near: bool
    best: str
    words: tuple[WordDiff, ...]
    score: float = 0.0


NEAR: Final = 0.5
"""From this score on a wrong answer is nearly right."""

_ALIKE: Final = 0.65
_TYPO_COST: Final = 0.3
_MAX_CELLS: Final = 250_000
_MAX_WORDS: Final = 5_000


def compare(
    typed: str,
    expected: str,
    accept: Sequence[str] = (),
    *,
    lang: str | None = None,
    exact: bool = False,
) -> AnswerCheck:
    """Compare ``typed`` with ``expected`` and each of ``accept``; return the best fit.

    With ``exact`` accents count and no typing error is forgiven.
    """
    checks = [_check(typed, answer, lang=lang, exact=exact) for answer in (expected, *accept)]
    return max(checks, key=lambda check: (check.correct, check.score))


def _check(typed: str, expected: str, *, lang: str | None, exact: bool) -> AnswerCheck:
    best = plain_text(expected)
    want = words_of(best, lang=lang, exact=exact)[:_MAX_WORDS]
    have = words_of(plain_text(typed), lang=lang, exact=exact)[:_MAX_WORDS]
    if not want:
        return _check_signs(plain_text(typed), best)
    if not exact and have and _joined(have) == _joined(want):
        same = have if len(have) == len(want) else want
        steps = [WordDiff(Label.OK, w.shown, h.shown) for w, h in zip(want, same, strict=True)]
    else:
        steps = list(_align(want, have, exact=exact))
    wrong = {Label.SUBSTITUTED, Label.MISSING, Label.EXTRA}
    correct = not any(step.label in wrong for step in steps)
    score = _score(steps, len(want))
    return AnswerCheck(
        correct=correct,
        near=not correct and score >= NEAR,
        best=best,
        words=tuple(steps),
        score=score,
    )


def _check_signs(typed: str, expected: str) -> AnswerCheck:
    """Compare an answer that has no words, such as ``//``, as it stands."""
    typed, best = " ".join(typed.split()), " ".join(expected.split())
    correct = typed == best
    wrong = Label.SUBSTITUTED if typed and best else Label.EXTRA if typed else Label.MISSING
    label = Label.OK if correct else wrong
    words = (WordDiff(label, best, typed),) if best or typed else ()
    return AnswerCheck(
        correct=correct, near=False, best=best, words=words, score=1.0 if correct else 0.0
    )


def _joined(words: Iterable[Word]) -> str:
    return "".join(word.folded for word in words)


def _score(steps: Iterable[WordDiff], expected: int) -> float:
    lost = 0.0
    for step in steps:
        match step.label:
            case Label.SUBSTITUTED:
                lost += 1 - _likeness(step.expected, step.typed)
            case Label.MISSING:
                lost += 1
            case Label.EXTRA:
                lost += 0.5
            case Label.TYPO:
                lost += 0.05
            case Label.OK:
                pass
    return max(0.0, 1 - lost / expected)


def _likeness(expected: str, typed: str) -> float:
    """How much of a wrong word counts as nearly right, from 0 to 0.8; figures never do."""
    from rapidfuzz.distance import Indel  # noqa: PLC0415

    if not expected.isalpha() or not typed.isalpha():
        return 0.0
    alike = Indel.normalized_similarity(expected.casefold(), typed.casefold())
    return 0.8 * alike if alike >= _ALIKE else 0.0


def is_typo(typed: str, expected: str) -> bool:
    """Whether folded ``typed`` is ``expected`` with a slip of the fingers.

    Optimal string alignment distance: none in up to 3 letters, 1 in up to 7, 2 in longer words.
    Words with figures or signs in them have no slips.
    """
    from rapidfuzz.distance import OSA  # noqa: PLC0415  (rapidfuzz takes 20 to 50 ms to load)

    if not expected.isalpha() or not typed.isalpha():
        return False
    length = len(expected)
    allowed = 0 if length <= 3 else 1 if length <= 7 else 2  # noqa: PLR2004
    if allowed == 0 or abs(len(typed) - length) > allowed:
        return False
    return OSA.distance(typed, expected, score_cutoff=allowed) <= allowed


def _align(want: Sequence[Word], have: Sequence[Word], *, exact: bool) -> Iterable[WordDiff]:
    """Yield the cheapest way from the expected words to the typed ones."""
    if len(want) * len(have) > _MAX_CELLS:
        return _align_coarsely(want, have, exact=exact)
    return _align_finely(want, have, exact=exact)


def _align_finely(want: Sequence[Word], have: Sequence[Word], *, exact: bool) -> list[WordDiff]:
    rows, columns = len(want), len(have)
    known: dict[tuple[str, str], Label] = {}
    cost = [[float(i + j) for j in range(columns + 1)] for i in range(rows + 1)]
    for i in range(1, rows + 1):
        above, here = cost[i - 1], cost[i]
        for j in range(1, columns + 1):
            label = _pair(want[i - 1], have[j - 1], exact=exact, known=known)
            here[j] = min(above[j - 1] + _COST[label], above[j] + 1, here[j - 1] + 1)
    steps: list[WordDiff] = []
    i, j = rows, columns
    while i or j:
        if i and j:
            label = _pair(want[i - 1], have[j - 1], exact=exact, known=known)
            if cost[i][j] == cost[i - 1][j - 1] + _COST[label]:
                i, j = i - 1, j - 1
                steps.append(WordDiff(label, want[i].shown, have[j].shown))
                continue
        if i and cost[i][j] == cost[i - 1][j] + 1:
            i -= 1
            steps.append(WordDiff(Label.MISSING, want[i].shown, ""))
        else:
            j -= 1
            steps.append(WordDiff(Label.EXTRA, "", have[j].shown))
    steps.reverse()
    return steps


_COST: Final = {Label.OK: 0.0, Label.TYPO: _TYPO_COST, Label.SUBSTITUTED: 1.25}


def _pair(want: Word, have: Word, *, exact: bool, known: dict[tuple[str, str], Label]) -> Label:
    if want.folded == have.folded:
        return Label.OK
    if exact:
        return Label.SUBSTITUTED
    key = want.folded, have.folded
    label = known.get(key)
    if label is None:
        label = Label.TYPO if is_typo(have.folded, want.folded) else Label.SUBSTITUTED
        known[key] = label
    return label


def _align_coarsely(want: Sequence[Word], have: Sequence[Word], *, exact: bool) -> list[WordDiff]:
    """Align long texts by equal words first; what is replaced may then prove a typing error."""
    from rapidfuzz.distance import Levenshtein  # noqa: PLC0415

    known: dict[tuple[str, str], Label] = {}
    steps: list[WordDiff] = []
    codes = Levenshtein.opcodes([w.folded for w in want], [w.folded for w in have])
    for code in codes:
        for k in range(max(code.src_end - code.src_start, code.dest_end - code.dest_start)):
            w = want[code.src_start + k] if code.src_start + k < code.src_end else None
            h = have[code.dest_start + k] if code.dest_start + k < code.dest_end else None
            if w is not None and h is not None:
                label = _pair(w, h, exact=exact, known=known)
                steps.append(WordDiff(label, w.shown, h.shown))
            elif w is not None:
                steps.append(WordDiff(Label.MISSING, w.shown, ""))
            elif h is not None:
                steps.append(WordDiff(Label.EXTRA, "", h.shown))
    return steps
